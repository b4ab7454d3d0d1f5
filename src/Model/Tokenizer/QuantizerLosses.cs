using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>A quantizer's own losses, scalars, not weighted (spec §3).</summary>
/// <param name="Commitment">mean((sg(q) - z)^2): draws the latents to their codes.</param>
/// <param name="Embedding">mean((q - sg(z))^2): draws the codes to their latents; null without a learned codebook.</param>
/// <param name="Entropy">mean_i H(p_i) - H(mean_i p_i): confident assignments, uniform use.</param>
public sealed record QuantizerLosses(Tensor Commitment, Tensor? Embedding, Tensor Entropy)
{
    internal QuantizerLosses MoveToOuterDisposeScope() =>
        new(Commitment.MoveToOuterDisposeScope(), Embedding?.MoveToOuterDisposeScope(), Entropy.MoveToOuterDisposeScope());
}
