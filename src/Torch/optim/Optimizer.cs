using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Parameters that share a learning rate and weight decay.</summary>
        public sealed class ParamGroup(IEnumerable<Parameter> parameters, double lr, double weightDecay)
        {
            public IReadOnlyList<Parameter> Parameters { get; } = [.. parameters];

            public double LearningRate { get; set; } = lr;

            public double InitialLearningRate { get; set; } = lr;

            public double WeightDecay { get; } = weightDecay;
        }

        /// <summary>Changes parameters by their gradients.</summary>
        public abstract class Optimizer(IEnumerable<ParamGroup> groups) : IDisposable
        {
            public IReadOnlyList<ParamGroup> ParamGroups { get; } = [.. groups];

            public abstract void step();

            /// <summary>The optimizer's own tensors by name, for checkpoints.</summary>
            public abstract Dictionary<string, Tensor> state_tensors();

            /// <summary>Takes back what <see cref="state_tensors"/> gave.</summary>
            public abstract void load_state_tensors(IReadOnlyDictionary<string, Tensor> state);

            public void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in ParamGroups.SelectMany(g => g.Parameters))
                {
                    parameter.grad = null;
                }
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected abstract void Dispose(bool disposing);
        }
    }
}
