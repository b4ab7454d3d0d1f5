using System.Diagnostics;

namespace Magvit.LoadBench;

/// <summary>How many of something get done in a second, over several stretches of time.</summary>
internal sealed class RateMeter
{
    private int _done;
    private TimeSpan _time;

    /// <summary>Does something so many times and counts it.</summary>
    /// <param name="times">How often.</param>
    /// <param name="atATime">How many of them run at the same time.</param>
    /// <param name="call">What to do; gets its number, from 0.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task RunAsync(int times, int atATime, Func<int, CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = atATime, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, times, parallel, async (i, token) => await call(i, token));
        _done += times;
        _time += Stopwatch.GetElapsedTime(start);
    }

    /// <summary>The rate per second.</summary>
    public LoadFigure ToFigure(string name) => new(name, _done / _time.TotalSeconds);
}
