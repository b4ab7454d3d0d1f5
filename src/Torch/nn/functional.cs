using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>How values outside a tensor are made up.</summary>
public enum PaddingModes
{
    Zeros = 0,
    Reflect = 1,
    Replicate = 2,
    Circular = 3,
    Constant = 4,
}

public enum InterpolationMode
{
    Nearest = 0,
    Linear = 1,
    Bilinear = 2,
    Bicubic = 3,
    Trilinear = 4,
    Area = 5,
}

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>How a loss is reduced to its result; the numbers are libtorch's.</summary>
        public enum Reduction : long
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        public static partial class functional
        {
            private static readonly Operator LinearOp = new("aten::linear");
            private static readonly Operator Conv2dOp = new("aten::conv2d");
            private static readonly Operator Conv3dOp = new("aten::conv3d");
            private static readonly Operator ConvTranspose3dOp = new("aten::conv_transpose3d", "input");
            private static readonly Operator LayerNormOp = new("aten::layer_norm");
            private static readonly Operator GroupNormOp = new("aten::group_norm");
            private static readonly Operator GeluOp = new("aten::gelu");
            private static readonly Operator LeakyReluOp = new("aten::leaky_relu");
            private static readonly Operator SoftplusOp = new("aten::softplus");
            private static readonly Operator DropoutOp = new("aten::dropout");
            private static readonly Operator ConstantPadOp = new("aten::constant_pad_nd");
            private static readonly Operator ReflectPad2dOp = new("aten::reflection_pad2d");
            private static readonly Operator ReflectPad3dOp = new("aten::reflection_pad3d");
            private static readonly Operator ReplicatePad2dOp = new("aten::replication_pad2d");
            private static readonly Operator ReplicatePad3dOp = new("aten::replication_pad3d");
            private static readonly Operator AvgPool2dOp = new("aten::avg_pool2d");
            private static readonly Operator AvgPool3dOp = new("aten::avg_pool3d");
            private static readonly Operator MaxPool2dOp = new("aten::max_pool2d");
            private static readonly Operator MaxPool3dOp = new("aten::max_pool3d");
            private static readonly Operator CrossEntropyOp = new("aten::cross_entropy_loss");
            private static readonly Operator MseLossOp = new("aten::mse_loss");
            private static readonly Operator L1LossOp = new("aten::l1_loss");
            private static readonly Operator OneHotOp = new("aten::one_hot");
            private const long AttentionBlock = 128;

            private static readonly Operator SdpaOp = new("aten::scaled_dot_product_attention");
            private static readonly Operator Nearest2dOp = new("aten::upsample_nearest2d", "vec");
            private static readonly Operator Nearest3dOp = new("aten::upsample_nearest3d", "vec");
            private static readonly Operator Bilinear2dOp = new("aten::upsample_bilinear2d", "vec");
            private static readonly Operator Trilinear3dOp = new("aten::upsample_trilinear3d", "vec");

            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => LinearOp.Call(input, weights, bias);

            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null,
                long[]? dilation = null, long groups = 1) =>
                Conv2dOp.Call(input, weight, bias, strides ?? [1, 1], padding ?? [0, 0], dilation ?? [1, 1], groups);

            public static Tensor conv3d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null,
                long[]? dilation = null, long groups = 1) =>
                Conv3dOp.Call(input, weight, bias, strides ?? [1, 1, 1], padding ?? [0, 0, 0], dilation ?? [1, 1, 1], groups);

            public static Tensor conv_transpose3d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null,
                long[]? output_padding = null, long[]? dilation = null, long groups = 1) => ConvTranspose3dOp.Call(
                    input, weight, bias, strides ?? [1, 1, 1], padding ?? [0, 0, 0], output_padding ?? [0, 0, 0], groups, dilation ?? [1, 1, 1]);

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                LayerNormOp.Call(input, normalized_shape, weight, bias, eps);

            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                GroupNormOp.Call(input, num_groups, weight, bias, eps);

            public static Tensor relu(Tensor x, bool inplace = false) => x.relu();

            public static Tensor silu(Tensor x, bool inplace = false) => x.silu();

            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            public static Tensor softmax(Tensor x, long dim) => x.softmax(dim);

            public static Tensor log_softmax(Tensor x, long dim) => special.log_softmax(x, dim);

            /// <summary>The exact (erf) form, as TorchSharp computes it.</summary>
            public static Tensor gelu(Tensor x) => GeluOp.Call(x);

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                LeakyReluOp.Call(input, (Scalar)negative_slope);

            public static Tensor softplus(Tensor x, double beta = 1.0, double threshold = 20.0) =>
                SoftplusOp.Call(x, (Scalar)beta, (Scalar)threshold);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                !training || p == 0 ? input.alias() : DropoutOp.Call(input, p, true);

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                ArgumentNullException.ThrowIfNull(pad);
                return (mode, pad.Length) switch
                {
                    (PaddingModes.Constant or PaddingModes.Zeros, _) => ConstantPadOp.Call(input, pad, (Scalar)value),
                    (PaddingModes.Reflect, 4) => ReflectPad2dOp.Call(input, pad),
                    (PaddingModes.Reflect, 6) => ReflectPad3dOp.Call(input, pad),
                    (PaddingModes.Replicate, 4) => ReplicatePad2dOp.Call(input, pad),
                    (PaddingModes.Replicate, 6) => ReplicatePad3dOp.Call(input, pad),
                    _ => throw new NotSupportedException($"pad: {mode} over {pad.Length / 2} axes"),
                };
            }

            public static Tensor avg_pool2d(Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null,
                bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                AvgPool2dOp.Call(input, kernel_size, stride ?? kernel_size, padding ?? [0, 0], ceil_mode, count_include_pad, divisor_override);

            public static Tensor avg_pool3d(Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null,
                bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                AvgPool3dOp.Call(input, kernel_size, stride ?? kernel_size, padding ?? [0, 0, 0], ceil_mode, count_include_pad, divisor_override);

            public static Tensor max_pool2d(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null,
                long[]? dilation = null, bool ceil_mode = false) =>
                MaxPool2dOp.Call(input, kernel_size, strides ?? kernel_size, padding ?? [0, 0], dilation ?? [1, 1], ceil_mode);

            public static Tensor max_pool3d(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null,
                long[]? dilation = null, bool ceil_mode = false) =>
                MaxPool3dOp.Call(input, kernel_size, strides ?? kernel_size, padding ?? [0, 0, 0], dilation ?? [1, 1, 1], ceil_mode);

            public static Tensor interpolate(Tensor x, long[]? size = null, double[]? scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest, bool? align_corners = null, bool recompute_scale_factor = false) =>
                (mode, x.ndim) switch
                {
                    (InterpolationMode.Nearest, 4) => Nearest2dOp.Call(x, size, scale_factor),
                    (InterpolationMode.Nearest, 5) => Nearest3dOp.Call(x, size, scale_factor),
                    (InterpolationMode.Bilinear, 4) => Bilinear2dOp.Call(x, size, align_corners ?? false, scale_factor),
                    (InterpolationMode.Trilinear, 5) => Trilinear3dOp.Call(x, size, align_corners ?? false, scale_factor),
                    _ => throw new NotSupportedException($"interpolate: {mode} of {x}"),
                };

            public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100,
                Reduction reduction = Reduction.Mean, double label_smoothing = 0.0) =>
                CrossEntropyOp.Call(input, target, weight, (long)reduction, ignore_index, label_smoothing);

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                MseLossOp.Call(input, target, (long)reduction);

            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                L1LossOp.Call(input, target, (long)reduction);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => OneHotOp.Call(x, num_classes);

            /// <summary>softmax(q k^T / sqrt(d)) v over [B, heads, S, d].</summary>
            /// <remarks>
            /// libtorch before 2.0 has no fused operator: then by matrix products, the softmax in float32. Where no gradient is asked for, a block of queries
            /// at a time: the result is the same within rounding, and the scores of a block are still in the cache when the next product reads them.
            /// </remarks>
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null,
                double p = 0.0, bool is_casual = false)
            {
                ArgumentNullException.ThrowIfNull(query);
                ArgumentNullException.ThrowIfNull(key);
                if (SdpaOp.Exists)
                {
                    return SdpaOp.Call(query, key, value, attn_mask, p, is_casual);
                }

                if (is_casual)
                {
                    throw new NotSupportedException("scaled_dot_product_attention: pass a mask instead of is_casual on this libtorch");
                }

                using var scope = NewDisposeScope();
                var scaled = query.mul(1.0 / Math.Sqrt(query.size(-1)));
                var keys = key.transpose(-2, -1);
                var queries = query.size(-2);
                if (is_grad_enabled() || queries <= AttentionBlock)
                {
                    return Attend(scaled, keys, value, attn_mask, p).MoveToOuterDisposeScope();
                }

                // Queries outside of heads in memory, as the layer that asks reads them next.
                var shape = query.shape;
                var mixed = empty([.. shape[..^3], queries, shape[^3], value.size(-1)], query.dtype, query.device).transpose(-3, -2);
                (keys, var values) = (keys.contiguous(), value.contiguous());
                for (var start = 0L; start < queries; start += AttentionBlock)
                {
                    using var block = NewDisposeScope();
                    var count = Math.Min(AttentionBlock, queries - start);
                    var mask = attn_mask is null || attn_mask.dim() < 2 || attn_mask.size(-2) == 1 ? attn_mask : attn_mask.narrow(-2, start, count);
                    mixed.narrow(-2, start, count).copy_(Attend(scaled.narrow(-2, start, count), keys, values, mask, p));
                }

                return mixed.MoveToOuterDisposeScope();
            }

            private static Tensor Attend(Tensor scaled, Tensor keys, Tensor values, Tensor? mask, double p)
            {
                var scores = scaled.matmul(keys).to(float32);
                if (mask is not null)
                {
                    scores = mask.dtype == ScalarType.Bool ? scores.masked_fill(mask.logical_not(), double.NegativeInfinity) : scores + mask;
                }

                return dropout(scores.softmax(-1), p, p > 0).to(scaled.dtype).matmul(values);
            }
        }
    }
}
