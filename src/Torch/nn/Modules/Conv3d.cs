using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>3-D convolution over [B, C, T, H, W], weight [out, in, kt, kh, kw].</summary>
    public sealed class Conv3d : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _weight;
        private readonly Parameter? _bias;
        private readonly long[] _stride;
        private readonly long[] _padding;

        internal Conv3d(long inputs, long outputs, long[] kernel, long[] stride, long[] padding, bool hasBias, Device? device, ScalarType? dtype)
            : base(nameof(Conv3d))
        {
            _stride = stride;
            _padding = padding;
            _weight = new Parameter(empty([outputs, inputs, .. kernel], dtype, device));
            nn.init.kaiming_uniform_(_weight, Math.Sqrt(5));
            if (hasBias)
            {
                var bound = 1 / Math.Sqrt(inputs * kernel[0] * kernel[1] * kernel[2]);
                _bias = new Parameter(empty([outputs], dtype, device));
                nn.init.uniform_(_bias, -bound, bound);
            }

            register_parameter("weight", _weight);
            if (_bias is not null)
            {
                register_parameter("bias", _bias);
            }
        }

        public Parameter weight => _weight;

        public Parameter? bias => _bias;

        public override Tensor forward(Tensor input) => nn.functional.conv3d(input, _weight, _bias, _stride, _padding);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Conv3d Conv3d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0,
                bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, [kernel_size, kernel_size, kernel_size], [stride, stride, stride], [padding, padding, padding],
                    bias, device, dtype);
        }
    }
}
