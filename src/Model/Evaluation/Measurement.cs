namespace Magvit.Model.Evaluation;

/// <summary>A metric over folds (spec §10.2).</summary>
/// <param name="Mean">The mean of the folds' values.</param>
/// <param name="Deviation">Their standard deviation, divided by the number of folds as the official code does; 0 for one fold.</param>
/// <param name="Folds">How many folds.</param>
public sealed record Measurement(double Mean, double Deviation, int Folds)
{
    /// <summary>Mean and deviation of the folds' values.</summary>
    public static Measurement Of(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        var mean = values.Average();
        return new Measurement(mean, Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), values.Count);
    }

    /// <summary>One value a sample, averaged within contiguous folds of equal size.</summary>
    /// <exception cref="ArgumentException">The samples do not divide into the folds.</exception>
    public static Measurement OfSamples(IReadOnlyList<double> samples, int folds)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (folds < 1 || samples.Count == 0 || samples.Count % folds != 0)
        {
            throw new ArgumentException($"samples: expected a multiple of {folds} folds, got {samples.Count}", nameof(samples));
        }

        return Of([.. samples.Chunk(samples.Count / folds).Select(fold => fold.Average())]);
    }
}
