using Magvit.Domain.Jobs;

namespace Magvit.Worker.Jobs;

/// <summary>A job in the hands of this worker, and why it was told to stop, if it was. Thread-safe.</summary>
internal sealed class RunningJob(Job job) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private int _reason;

    public Job Job { get; } = job;

    public CancellationToken Stopping => _stop.Token;

    /// <summary>The first reason counts.</summary>
    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    public void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)StopReason.None) == (int)StopReason.None)
        {
            _stop.Cancel();
        }
    }

    public void Dispose() => _stop.Dispose();
}
