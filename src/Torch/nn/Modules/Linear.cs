using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>y = x W^T + b with W [out, in].</summary>
    public sealed class Linear : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _weight;
        private readonly Parameter? _bias;

        internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype) : base(nameof(Linear))
        {
            _weight = new Parameter(empty([outputSize, inputSize], dtype, device));
            nn.init.kaiming_uniform_(_weight, Math.Sqrt(5));
            if (hasBias)
            {
                _bias = new Parameter(empty([outputSize], dtype, device));
                nn.init.uniform_(_bias, -1 / Math.Sqrt(inputSize), 1 / Math.Sqrt(inputSize));
            }

            register_parameter("weight", _weight);
            if (_bias is not null)
            {
                register_parameter("bias", _bias);
            }
        }

        public Parameter weight => _weight;

        public Parameter? bias => _bias;

        public override Tensor forward(Tensor input) => nn.functional.linear(input, _weight, _bias);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, outputSize, hasBias, device, dtype);
        }
    }
}
