using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor uniform_(double from, double to, Generator? generator = null)
        {
            UniformInPlace.Run(this, from, to, generator);
            return this;
        }

        public Tensor normal_(double mean = 0, double stddev = 1, Generator? generator = null)
        {
            NormalInPlace.Run(this, mean, stddev, generator);
            return this;
        }

        public Tensor exponential_(double lambda = 1, Generator? generator = null)
        {
            ExponentialInPlace.Run(this, lambda, generator);
            return this;
        }

        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
            MultinomialOp.Call(this, num_samples, replacement, generator);

        private static readonly Operator UniformInPlace = new("aten::uniform_");
        private static readonly Operator NormalInPlace = new("aten::normal_");
        private static readonly Operator ExponentialInPlace = new("aten::exponential_");
        private static readonly Operator MultinomialOp = new("aten::multinomial");
    }
}
