using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>What a run had after some steps: weights below <c>model.</c>, <c>ema.</c> and <c>discriminator.</c>, and the optimizers' state.</summary>
/// <param name="Path">The file it was read from.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Tensors">Weights, averages and optimizer state by name.</param>
public sealed record TrainingCheckpoint(string Path, int Step, IReadOnlyDictionary<string, Tensor> Tensors)
{
    private static readonly string[] WeightPrefixes = ["model.", "ema.", "discriminator."];

    /// <summary>The tensors whose names begin with a prefix, by the rest of their names.</summary>
    public Dictionary<string, Tensor> Below(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return Tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);
    }

    /// <summary>Refuses a checkpoint that was not made with the same weights, by name and shape.</summary>
    /// <exception cref="InvalidDataException">Something is missing, unknown or of another shape.</exception>
    public void RequireSame(IReadOnlyDictionary<string, Tensor> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var missing = weights.Keys.Where(n => !Tensors.ContainsKey(n)).Select(n => $"{n} is missing");
        var unknown = Tensors.Keys.Where(n => !weights.ContainsKey(n) && Array.Exists(WeightPrefixes, p => n.StartsWith(p, StringComparison.Ordinal)))
            .Select(n => $"{n} is unknown");
        var misshapen = weights.Where(w => Tensors.TryGetValue(w.Key, out var t) && !t.shape.SequenceEqual(w.Value.shape))
            .Select(w => $"{w.Key}: expected [{string.Join(", ", w.Value.shape)}], got [{string.Join(", ", Tensors[w.Key].shape)}]");
        var wrong = misshapen.Concat(missing).Concat(unknown).Take(4).ToList();
        if (wrong.Count > 0)
        {
            throw new InvalidDataException(
                $"{Path} is a checkpoint of another network or recipe ({string.Join("; ", wrong)}): " +
                "go on with the options that the run began with, or begin a new run in another folder");
        }
    }
}
