using static TorchSharp.torch;

namespace Magvit.Model.Transformer;

/// <summary>What the layers of one pass share.</summary>
/// <param name="Precision">The type of matrix products.</param>
/// <param name="Batch">B, clips.</param>
/// <param name="Length">S, positions of each that go through the layers.</param>
/// <param name="Mask">bool, broadcast over [B, heads, queries, keys]: which keys a query sees; null for all.</param>
/// <param name="Cache">Keys and values of the positions before, for passes that go on where the last one ended; null otherwise.</param>
public sealed record AttentionContext(ScalarType Precision, long Batch, long Length, Tensor? Mask = null, AttentionCache? Cache = null);
