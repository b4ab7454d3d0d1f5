using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Rows of a table by index.</summary>
    public sealed class Embedding : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _weight;

        internal Embedding(long count, long dims, Device? device, ScalarType? dtype) : base(nameof(Embedding))
        {
            _weight = new Parameter(empty([count, dims], dtype, device));
            nn.init.normal_(_weight);
            register_parameter("weight", _weight);
        }

        public Parameter weight => _weight;

        public override Tensor forward(Tensor input) => Extensions.FusedOperators.embedding(input, _weight);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Embedding Embedding(long num_embeddings, long embedding_dims, Device? device = null, ScalarType? dtype = null) =>
                new(num_embeddings, embedding_dims, device, dtype);
        }
    }
}
