using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Fills tensors with their first values.</summary>
        public static class init
        {
            private static readonly Operator ErfinvInPlace = new("aten::erfinv_");

            public static Tensor zeros_(Tensor tensor) => Filled(tensor, t => t.zero_());

            public static Tensor ones_(Tensor tensor) => Filled(tensor, t => t.fill_(1));

            public static Tensor constant_(Tensor tensor, Scalar val) => Filled(tensor, t => t.fill_(val));

            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null) =>
                Filled(tensor, t => t.uniform_(low, high, generator));

            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null) =>
                Filled(tensor, t => t.normal_(mean, std, generator));

            /// <summary>A normal distribution cut to [a, b], by the inverse of its distribution function.</summary>
            public static Tensor trunc_normal_(Tensor tensor, double mean = 0.0, double std = 1.0, double a = -2.0, double b = 2.0, Generator? generator = null) =>
                Filled(tensor, t =>
                {
                    var low = Cdf((a - mean) / std);
                    var high = Cdf((b - mean) / std);
                    t.uniform_(2 * low - 1, 2 * high - 1, generator);
                    ErfinvInPlace.Run(t);
                    t.mul_(std * Math.Sqrt(2)).add_(full([], mean, t.dtype, t.device)).clamp_(a, b);
                });

            public static Tensor kaiming_uniform_(Tensor tensor, double a = 0)
            {
                var bound = Math.Sqrt(6.0 / ((1 + a * a) * FanInAndOut(tensor).In));
                return uniform_(tensor, -bound, bound);
            }

            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1.0)
            {
                var (fanIn, fanOut) = FanInAndOut(tensor);
                var bound = gain * Math.Sqrt(6.0 / (fanIn + fanOut));
                return uniform_(tensor, -bound, bound);
            }

            private static (long In, long Out) FanInAndOut(Tensor tensor)
            {
                var shape = tensor.shape;
                var field = shape.Skip(2).Aggregate(1L, (x, y) => x * y);
                return (shape[1] * field, shape[0] * field);
            }

            private static Tensor Filled(Tensor tensor, Action<Tensor> fill)
            {
                using var _ = no_grad();
                fill(tensor);
                return tensor;
            }

            // The standard normal distribution function (Abramowitz and Stegun 7.1.26 is too coarse here: use libtorch's erf).
            private static double Cdf(double x)
            {
                using var value = full([], x / Math.Sqrt(2), float64);
                using var erf = value.erf();
                return (1 + erf.ToDouble()) / 2;
            }
        }

        public static class utils
        {
            /// <summary>Scales gradients so that their common norm is at most <paramref name="max_norm"/>.</summary>
            /// <returns>The norm before scaling.</returns>
            public static double clip_grad_norm_(IEnumerable<Modules.Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                var grads = tensors.Select(t => t.grad).OfType<Tensor>().ToArray();
                if (grads.Length == 0)
                {
                    return 0;
                }

                var norm = stack(ForeachNorm.CallMany(grads.Length, grads, (Scalar)norm_type)).norm((float)norm_type).ToDouble();
                if (norm > max_norm)
                {
                    ForeachMulInPlace.Run(grads, (Scalar)(max_norm / (norm + 1e-6)));
                }

                return norm;
            }

            private static readonly Operator ForeachNorm = new("aten::_foreach_norm", "Scalar");
            private static readonly Operator ForeachMulInPlace = new("aten::_foreach_mul_", "Scalar");
        }
    }
}
