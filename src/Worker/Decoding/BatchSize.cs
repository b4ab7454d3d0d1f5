namespace Magvit.Worker.Decoding;

/// <summary>
/// How many samples of a model advance together: as many as fill a step of the wanted length. A GPU takes more in the same time; on a CPU, where more take longer, a
/// step stays short enough for previews, newcomers and cancellations, and those who came first are done first.
/// </summary>
/// <param name="most">Never more than these.</param>
/// <param name="wantedStep">How long a step should take; one sample may take longer.</param>
internal sealed class BatchSize(int most, TimeSpan wantedStep)
{
    private const int First = 4;
    private const double Drift = 1.1;       // a slow step counts that much at a time: a busy machine is believed, a single hiccup is not

    private int _most = Math.Max(1, most);
    private double? _perSample;             // seconds

    /// <summary>Samples of the next step.</summary>
    public int Samples { get; private set; } = Math.Clamp(most, 1, First);

    /// <summary>A step is done.</summary>
    /// <param name="samples">Its samples.</param>
    /// <param name="duration">How long it took.</param>
    public void Took(int samples, TimeSpan duration)
    {
        var perSample = duration.TotalSeconds / samples;
        _perSample = _perSample is { } before ? Math.Min(perSample, before * Drift) : perSample;

        // Twice as many at most: what so many take together is not known yet, nor whether memory holds them.
        var fits = Math.Min(wantedStep.TotalSeconds / _perSample.Value, 2.0 * Samples);
        Samples = Math.Clamp((int)fits, 1, _most);
    }

    /// <summary>So many samples did not fit into memory: half of them, for good.</summary>
    public void Halve(int samples) => Samples = _most = Math.Max(1, samples / 2);
}
