using System.Diagnostics;

namespace Magvit.LoadBench;

/// <summary>Something that is called again and again while others are called in between.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="call">What is timed.</param>
internal sealed class LoadCall(string name, Func<Task> call)
{
    private readonly Samples _times = new();

    /// <summary>Calls all of them in turns, so that a machine that slows down slows all of them down.</summary>
    /// <param name="calls">What to call.</param>
    /// <param name="warmUps">Rounds that do not count.</param>
    /// <param name="rounds">Rounds that count.</param>
    public static async Task TakeTurnsAsync(IReadOnlyList<LoadCall> calls, int warmUps, int rounds)
    {
        for (var round = -warmUps; round < rounds; round++)
        {
            foreach (var call in calls)
            {
                await call.RunAsync(counts: round >= 0);
            }
        }
    }

    /// <summary>Median and tail of the times.</summary>
    public LoadFigure ToFigure(double tail) => _times.ToFigure(name, tail);

    private async Task RunAsync(bool counts)
    {
        var start = Stopwatch.GetTimestamp();
        await call();
        if (counts)
        {
            _times.Add(Stopwatch.GetElapsedTime(start));
        }
    }
}
