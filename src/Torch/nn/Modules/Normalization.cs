using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Normalizes over the last axes.</summary>
    public sealed class LayerNorm : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _weight;
        private readonly Parameter _bias;
        private readonly long[] _shape;
        private readonly double _eps;

        internal LayerNorm(long[] shape, double eps, Device? device, ScalarType? dtype) : base(nameof(LayerNorm))
        {
            _shape = shape;
            _eps = eps;
            _weight = new Parameter(ones(shape, dtype, device));
            _bias = new Parameter(zeros(shape, dtype, device));
            register_parameter("weight", _weight);
            register_parameter("bias", _bias);
        }

        public Parameter weight => _weight;

        public Parameter bias => _bias;

        public override Tensor forward(Tensor tensor) => nn.functional.layer_norm(tensor, _shape, _weight, _bias, _eps);
    }

    /// <summary>Normalizes groups of channels over all other axes but the batch.</summary>
    public sealed class GroupNorm : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _weight;
        private readonly Parameter _bias;
        private readonly long _groups;
        private readonly double _eps;

        internal GroupNorm(long groups, long channels, double eps, Device? device, ScalarType? dtype) : base(nameof(GroupNorm))
        {
            _groups = groups;
            _eps = eps;
            _weight = new Parameter(ones([channels], dtype, device));
            _bias = new Parameter(zeros([channels], dtype, device));
            register_parameter("weight", _weight);
            register_parameter("bias", _bias);
        }

        public Parameter weight => _weight;

        public Parameter bias => _bias;

        public override Tensor forward(Tensor input) => nn.functional.group_norm(input, _groups, _weight, _bias, _eps);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.LayerNorm LayerNorm(long normalized_shape, double eps = 1e-05, Device? device = null, ScalarType? dtype = null) =>
                new([normalized_shape], eps, device, dtype);

            public static Modules.GroupNorm GroupNorm(long num_groups, long num_channels, double eps = 1e-05, Device? device = null, ScalarType? dtype = null) =>
                new(num_groups, num_channels, eps, device, dtype);
        }
    }
}
