using Magvit.Model.Transformer;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>One training batch of a transformer.</summary>
/// <param name="Input">What it sees.</param>
/// <param name="Targets">z, int64 [B, N].</param>
/// <param name="Weights">Loss weights float32 [B, N]; null when all positions count alike.</param>
internal sealed record TransformerBatch(TransformerInput Input, Tensor Targets, Tensor? Weights);
