using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>What must not be computed in half precision: norms, pooling, distances, logits, losses (spec §2.6, §13.3).</summary>
internal static class FullPrecision
{
    /// <summary>The tensor in float32, or as it is when it is float64 (gradient checks run in that).</summary>
    public static Tensor AtLeastFloat32(this Tensor x) => x.to(x.dtype == float64 ? float64 : float32);
}
