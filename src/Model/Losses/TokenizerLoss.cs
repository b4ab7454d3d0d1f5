using Magvit.Model.Tokenizer;
using static TorchSharp.torch;

namespace Magvit.Model.Losses;

/// <summary>The generator's loss: pixel + perceptual + adversarial + quantizer, weighted (spec §4.2).</summary>
public sealed class TokenizerLoss(TokenizerLossOptions options, IPerceptualLoss perceptual)
{
    /// <summary>The loss of a batch.</summary>
    /// <param name="output">What the tokenizer made of the clips.</param>
    /// <param name="clips">[B, 3, T, H, W] in [0, 1].</param>
    /// <param name="step">Counted from 0.</param>
    /// <param name="fakeLogits">[B], of the reconstruction, whose gradient must reach it; null without a discriminator.</param>
    public TokenizerLossResult Compute(TokenizerOutput output, Tensor clips, int step, Tensor? fakeLogits)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var scope = NewDisposeScope();
        var values = new Dictionary<string, double>();
        var pixel = nn.functional.mse_loss(output.Reconstruction, clips);
        var total = pixel * options.Pixel;
        if (options.Perceptual != 0 && perceptual is not NoPerceptualLoss)
        {
            Add("perceptual", perceptual.Compute(output.Reconstruction, clips, step), options.Perceptual);
        }

        if (fakeLogits is not null)
        {
            Add("adversarial", AdversarialLoss.Generator(fakeLogits, options.AdversarialKind), options.Adversarial);
        }

        if (output.QuantizerLosses is { } quantizer)
        {
            Add("commitment", quantizer.Commitment, options.Commitment);
            Add("entropy", quantizer.Entropy, options.EntropyAt(step));
            if (quantizer.Embedding is not null)
            {
                Add("embedding", quantizer.Embedding, options.Embedding);
            }
        }

        return new TokenizerLossResult(total.MoveToOuterDisposeScope(), pixel.ToDouble(), values);

        void Add(string name, Tensor term, double weight)
        {
            total = total + term * weight;
            values[name] = term.ToDouble();
        }
    }
}
