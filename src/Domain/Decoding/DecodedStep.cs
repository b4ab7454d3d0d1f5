using Magvit.Domain.Assets;

namespace Magvit.Domain.Decoding;

/// <summary>What one decoding step brought.</summary>
/// <param name="Step">Steps done, from 1.</param>
/// <param name="Tokens">[N]: a guess for every cell, the accepted and those that are masked again.</param>
/// <param name="Confidence">[N]: the network's probability of each token when it was drawn, 0 to 1.</param>
/// <param name="IsAccepted">[N]: which tokens will not change any more.</param>
/// <param name="Preview">The decoded frames side by side as PNG, in the artifact store, if a preview was made of this step.</param>
public sealed record DecodedStep(
    int Step, IReadOnlyList<int> Tokens, IReadOnlyList<float> Confidence, IReadOnlyList<bool> IsAccepted, ContentHash? Preview = null);
