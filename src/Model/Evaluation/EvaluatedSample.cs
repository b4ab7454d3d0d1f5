using static TorchSharp.torch;

namespace Magvit.Model.Evaluation;

/// <summary>One clip of an evaluation, for people to look at.</summary>
/// <param name="Number">Its place in the evaluation, from 0; the seed of its decoding is the evaluation's seed plus this.</param>
/// <param name="ClassName">The class of the real clip.</param>
/// <param name="Confidence">The geometric mean of the model's probabilities of the clip's tokens; 1 for a reconstruction.</param>
/// <param name="Real">uint8 [3, T, H, W].</param>
/// <param name="Given">What the baseline made of what is given, uint8 [3, T, H, W]; null without a baseline.</param>
/// <param name="Made">The model's clip, uint8 [3, T, H, W].</param>
public sealed record EvaluatedSample(int Number, string ClassName, double Confidence, Tensor Real, Tensor? Given, Tensor Made) : IDisposable
{
    /// <summary>Keeps bytes of three clips of a batch.</summary>
    internal static EvaluatedSample Of(int number, string className, double confidence, int row, Tensor real, Tensor? given, Tensor made) =>
        new(number, className, confidence, Bytes(real, row), given is null ? null : Bytes(given, row), Bytes(made, row));

    /// <inheritdoc/>
    public void Dispose()
    {
        Real.Dispose();
        Given?.Dispose();
        Made.Dispose();
    }

    private static Tensor Bytes(Tensor clips, int row)
    {
        using var scope = NewDisposeScope();
        return clips.select(0, row).cpu().clamp(0, 1).mul(255).round().to(uint8).contiguous().DetachFromDisposeScope();
    }
}
