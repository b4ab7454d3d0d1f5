using TorchSharp.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Adam with decoupled (AdamW) or no weight decay, over whole lists of tensors at a time.</summary>
    public sealed class AdamW : optim.Optimizer
    {
        private static readonly Operator MulS = new("aten::_foreach_mul_", "Scalar");
        private static readonly Operator AddT = new("aten::_foreach_add_", "List");
        private static readonly Operator AddS = new("aten::_foreach_add_", "Scalar");
        private static readonly Operator AddCMul = new("aten::_foreach_addcmul_", "Scalar");
        private static readonly Operator AddCDiv = new("aten::_foreach_addcdiv_", "Scalar");
        private static readonly Operator Sqrt = new("aten::_foreach_sqrt");

        private readonly double _beta1;
        private readonly double _beta2;
        private readonly double _eps;
        private readonly Dictionary<Parameter, (Tensor Mean, Tensor Square)> _moments = new(ReferenceEqualityComparer.Instance);
        private long _steps;

        internal AdamW(IEnumerable<optim.ParamGroup> groups, double beta1, double beta2, double eps) : base(groups)
        {
            (_beta1, _beta2, _eps) = (beta1, beta2, eps);
            foreach (var parameter in ParamGroups.SelectMany(g => g.Parameters))
            {
                using var _ = no_grad();
                _moments[parameter] = (zeros_like(parameter).DetachFromDisposeScope(), zeros_like(parameter).DetachFromDisposeScope());
            }
        }

        public override void step()
        {
            using var _ = no_grad();
            using var scope = NewDisposeScope();
            _steps++;
            var correction1 = 1 - Math.Pow(_beta1, _steps);
            var correction2 = 1 - Math.Pow(_beta2, _steps);
            foreach (var group in ParamGroups)
            {
                var pairs = group.Parameters.Select(p => (Parameter: (Tensor)p, p.grad)).Where(p => p.grad is not null).ToArray();
                if (pairs.Length == 0)
                {
                    continue;
                }

                var parameters = Array.ConvertAll(pairs, p => p.Parameter);
                var grads = Array.ConvertAll(pairs, p => p.grad!);
                var means = Array.ConvertAll(parameters, p => _moments[(Parameter)p].Mean);
                var squares = Array.ConvertAll(parameters, p => _moments[(Parameter)p].Square);
                if (group.WeightDecay != 0)
                {
                    MulS.Run(parameters, (Scalar)(1 - group.LearningRate * group.WeightDecay));
                }

                MulS.Run(means, (Scalar)_beta1);
                AddT.Run(means, grads, (Scalar)(1 - _beta1));
                MulS.Run(squares, (Scalar)_beta2);
                AddCMul.Run(squares, grads, grads, (Scalar)(1 - _beta2));

                // p -= lr/c1 * m / (sqrt(v)/sqrt(c2) + eps)
                var denominators = Sqrt.CallMany(squares.Length, squares);
                MulS.Run(denominators, (Scalar)(1 / Math.Sqrt(correction2)));
                AddS.Run(denominators, (Scalar)_eps);
                AddCDiv.Run(parameters, means, denominators, (Scalar)(-group.LearningRate / correction1));
            }
        }

        public override Dictionary<string, Tensor> state_tensors()
        {
            var state = new Dictionary<string, Tensor> { ["steps"] = tensor(_steps) };
            foreach (var ((mean, square), i) in Moments())
            {
                state[$"{i}.mean"] = mean;
                state[$"{i}.square"] = square;
            }

            return state;
        }

        public override void load_state_tensors(IReadOnlyDictionary<string, Tensor> state)
        {
            ArgumentNullException.ThrowIfNull(state);
            using var _ = no_grad();
            _steps = state["steps"].ToInt64();
            foreach (var ((mean, square), i) in Moments())
            {
                mean.copy_(state[$"{i}.mean"]);
                square.copy_(state[$"{i}.square"]);
            }
        }

        protected override void Dispose(bool disposing)
        {
            foreach (var (mean, square) in _moments.Values)
            {
                mean.Dispose();
                square.Dispose();
            }
        }

        private IEnumerable<((Tensor Mean, Tensor Square), int Index)> Moments() =>
            ParamGroups.SelectMany(g => g.Parameters).Select((p, i) => (_moments[p], i));
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static AdamW AdamW(IEnumerable<ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08) =>
                new(parameters, beta1, beta2, eps);

            public static AdamW AdamW(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999,
                double eps = 1e-08, double weight_decay = 0.01) => new([new ParamGroup(parameters, lr, weight_decay)], beta1, beta2, eps);

            /// <summary>Adam is AdamW without weight decay; decay inside the gradient is not offered.</summary>
            public static AdamW Adam(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08) =>
                new([new ParamGroup(parameters, lr, 0)], beta1, beta2, eps);
        }
    }
}
