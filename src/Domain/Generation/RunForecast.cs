namespace Magvit.Domain.Generation;

/// <summary>What a run will cost, judged before it starts.</summary>
/// <param name="Clips">How many clips it makes.</param>
/// <param name="RunTime">How long a worker will need; <see langword="null"/> when nothing like it was measured yet.</param>
/// <param name="MeasuredRuns">How many finished jobs the time was judged by.</param>
/// <param name="WaitingJobs">How many jobs wait for this model now.</param>
/// <param name="Workers">How many running workers have the model.</param>
public sealed record RunForecast(int Clips, TimeSpan? RunTime, int MeasuredRuns, int WaitingJobs, int Workers)
{
    /// <summary>Judges by what was measured: runs of the same size when there are some, else all of them in proportion to their size.</summary>
    /// <param name="runs">Finished runs of the same model on the same kind of worker.</param>
    /// <param name="passes">The decoding steps of the run to judge, twice as many with guidance.</param>
    /// <param name="samples">The clips of the run to judge.</param>
    /// <returns>The median, and how many runs it is of; <see langword="null"/> and 0 without any run.</returns>
    /// <remarks>A pass costs the same whichever it is, and each clip has its passes, so time grows with passes times clips.</remarks>
    public static (TimeSpan? RunTime, int MeasuredRuns) Judge(IReadOnlyCollection<MeasuredRun> runs, int passes, int samples)
    {
        double[] alike = [.. runs.Where(run => run.Passes == passes && run.Samples == samples).Select(run => run.Duration.TotalSeconds)];
        if (alike.Length > 0)
        {
            return (TimeSpan.FromSeconds(Median(alike)), alike.Length);
        }

        double[] each = [.. runs.Where(run => run is { Passes: > 0, Samples: > 0 }).Select(run => run.Duration.TotalSeconds / (run.Passes * run.Samples))];
        return each.Length == 0 ? (null, 0) : (TimeSpan.FromSeconds(Median(each) * passes * samples), each.Length);
    }

    /// <summary>What is left of a run whose steps all cost the same.</summary>
    /// <param name="elapsed">How long it has been running.</param>
    /// <param name="step">The steps that are done.</param>
    /// <param name="steps">All of its steps.</param>
    /// <returns><see langword="null"/> before the first step is done.</returns>
    public static TimeSpan? Remaining(TimeSpan elapsed, int step, int steps) => step <= 0 ? null : elapsed / step * Math.Max(0, steps - step);

    private static double Median(double[] values)
    {
        Array.Sort(values);
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
