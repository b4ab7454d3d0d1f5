using System.Diagnostics;

namespace Magvit.LoadBench;

/// <summary>Times of one thing in milliseconds. Many threads may add.</summary>
internal sealed class Samples
{
    private readonly Lock _gate = new();
    private readonly List<double> _milliseconds = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _milliseconds.Count;
            }
        }
    }

    public void Add(TimeSpan time)
    {
        lock (_gate)
        {
            _milliseconds.Add(time.TotalMilliseconds);
        }
    }

    /// <summary>Times one call.</summary>
    public async Task<T> TimeAsync<T>(Func<Task<T>> call)
    {
        var start = Stopwatch.GetTimestamp();
        var result = await call();
        Add(Stopwatch.GetElapsedTime(start));
        return result;
    }

    /// <summary>The time that a part of all did not pass: the smallest one with at least that part at or below it.</summary>
    /// <param name="part">0 to 1, such as 0.95.</param>
    public double Quantile(double part)
    {
        lock (_gate)
        {
            var sorted = _milliseconds.Order().ToList();
            return sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Count) - 1, 0, sorted.Count - 1)];
        }
    }

    /// <summary>Median and tail under a name.</summary>
    public LoadFigure ToFigure(string name, double tail) => new(name, Quantile(0.5), Quantile(tail));
}
