using TorchSharp.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Adam with decoupled weight decay, over whole lists of tensors at a time.</summary>
    public class AdamW : OptimizerHelper
    {
        private static readonly Operator MulS = new("aten::_foreach_mul_", "Scalar");
        private static readonly Operator AddT = new("aten::_foreach_add_", "List");
        private static readonly Operator AddS = new("aten::_foreach_add_", "Scalar");
        private static readonly Operator AddCMul = new("aten::_foreach_addcmul_", "Scalar");
        private static readonly Operator AddCDiv = new("aten::_foreach_addcdiv_", "Scalar");
        private static readonly Operator Sqrt = new("aten::_foreach_sqrt");
        private static readonly Operator Fused = new("magvit::adamw");

        private readonly Options _defaults;

        public AdamW(IEnumerable<ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
            double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        {
            if (amsgrad || maximize)
            {
                throw new NotSupportedException("AdamW: amsgrad and maximize are not supported");
            }

            _defaults = new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay };
            foreach (var group in parameters)
            {
                add_param_group(group);
            }
        }

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            ArgumentNullException.ThrowIfNull(param_group);
            var options = param_group.Options as Options ?? throw new ArgumentException("AdamW: expected an AdamW.ParamGroup", nameof(param_group));
            options.LearningRate ??= _defaults.LearningRate;
            options.InitialLearningRate = options.LearningRate!.Value;
            options.beta1 ??= _defaults.beta1;
            options.beta2 ??= _defaults.beta2;
            options.eps ??= _defaults.eps;
            options.weight_decay ??= _defaults.weight_decay;
            _parameter_groups.Add(param_group);
            using var _ = no_grad();
            foreach (var parameter in param_group.Parameters)
            {
                _state[parameter] = new State
                {
                    exp_avg = zeros_like(parameter).DetachFromDisposeScope(),
                    exp_avg_sq = zeros_like(parameter).DetachFromDisposeScope(),
                };
            }
        }

        public override Tensor? step(Func<Tensor>? closure = null)
        {
            Tensor? loss = null;
            if (closure is not null)
            {
                using var recording = enable_grad();
                loss = closure();
            }

            using var _ = no_grad();
            using var scope = NewDisposeScope();
            foreach (var group in _parameter_groups)
            {
                var updates = group.Parameters.Select(p => new Update(p, p.grad, (State)_state[p])).Where(u => u.Grad is not null);
                foreach (var updated in updates.GroupBy(u => (Step: ++u.State.step, u.IsFused)))
                {
                    Apply((Options)group.Options, updated.Key.Step, updated.Key.IsFused, [.. updated]);
                }
            }

            return loss;
        }

        protected override void Dispose(bool disposing)
        {
            foreach (var state in _state.Values)
            {
                ((State)state).Dispose();
            }
        }

        private static void Apply(Options options, long step, bool isFused, Update[] updates)
        {
            var (beta1, beta2, lr, decay) = (options.beta1!.Value, options.beta2!.Value, options.LearningRate!.Value, options.weight_decay!.Value);
            var parameters = Array.ConvertAll(updates, u => (Tensor)u.Parameter);
            var grads = Array.ConvertAll(updates, u => u.Grad!);
            var means = Array.ConvertAll(updates, u => u.State.exp_avg);
            var squares = Array.ConvertAll(updates, u => u.State.exp_avg_sq);
            if (isFused)
            {
                Fused.Run(parameters, grads, means, squares, lr, beta1, beta2, options.eps!.Value, decay, step);
                return;
            }

            if (decay != 0)
            {
                MulS.Run(parameters, (Scalar)(1 - lr * decay));
            }

            MulS.Run(means, (Scalar)beta1);
            AddT.Run(means, grads, (Scalar)(1 - beta1));
            MulS.Run(squares, (Scalar)beta2);
            AddCMul.Run(squares, grads, grads, (Scalar)(1 - beta2));

            // p -= lr/c1 * m / (sqrt(v)/sqrt(c2) + eps)
            var (correction1, correction2) = (1 - Math.Pow(beta1, step), 1 - Math.Pow(beta2, step));
            var denominators = Sqrt.CallMany(squares.Length, squares);
            MulS.Run(denominators, (Scalar)(1 / Math.Sqrt(correction2)));
            AddS.Run(denominators, (Scalar)options.eps!.Value);
            AddCDiv.Run(parameters, means, denominators, (Scalar)(-lr / correction1));
        }

        private sealed record Update(Parameter Parameter, Tensor? Grad, State State)
        {
            // One pass over memory takes float32 numbers in order on the CPU.
            public bool IsFused => new[] { Parameter, Grad!, State.exp_avg, State.exp_avg_sq }.All(t =>
                t.dtype == ScalarType.Float32 && t.device.type == DeviceType.CPU && t.is_contiguous());
        }

        /// <summary>Running averages of a parameter's gradient and of its square.</summary>
        public class State : OptimizerState, IDisposable
        {
            public long step;
            public Tensor exp_avg = null!;
            public Tensor exp_avg_sq = null!;

            public override void to(Device device)
            {
                exp_avg = Moved(exp_avg, device);
                exp_avg_sq = Moved(exp_avg_sq, device);
            }

            public void Dispose()
            {
                exp_avg.Dispose();
                exp_avg_sq.Dispose();
            }

            private static Tensor Moved(Tensor tensor, Device device) => tensor.to(device, disposeAfter: true).DetachFromDisposeScope();
        }

        /// <summary>Hyper-parameters; those that are null take the optimizer's.</summary>
        public class Options : OptimizerOptions
        {
            public double? beta1;
            public double? beta2;
            public double? weight_decay;
            public double? eps;
        }

        /// <summary>Parameters with hyper-parameters of their own.</summary>
        public class ParamGroup : ParamGroup<Options>
        {
            public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options)
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false)
                : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay })
            {
                if (amsgrad || maximize)
                {
                    throw new NotSupportedException("AdamW: amsgrad and maximize are not supported");
                }
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static AdamW AdamW(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new([new AdamW.ParamGroup(parameters, new AdamW.Options())], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static AdamW AdamW(IEnumerable<(string name, Parameter parameter)> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
                double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                AdamW(parameters.Select(p => p.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static AdamW AdamW(IEnumerable<AdamW.ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
                double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
