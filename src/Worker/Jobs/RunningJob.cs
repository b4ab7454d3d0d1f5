using Magvit.Domain.Assets;
using Magvit.Domain.Jobs;

namespace Magvit.Worker.Jobs;

/// <summary>A job in the hands of this worker, and why it was told to stop, if it was. Thread-safe: a late order to stop finds it over and does nothing.</summary>
internal sealed class RunningJob(Job job) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private bool _isOver;

    public Job Job { get; } = job;

    public CancellationToken Stopping => _stop.Token;

    /// <summary>The previews in the artifact store, to be removed when the job has ended, unless they are kept.</summary>
    public List<ContentHash> Previews { get; } = [];

    /// <summary>Whether its results were taken.</summary>
    public bool IsStored { get; set; }

    /// <summary>Whether the stored steps of its results name the previews, which then stay.</summary>
    public bool KeepsPreviews { get; set; }

    /// <summary>The first reason counts.</summary>
    public StopReason Reason { get; private set; }

    public void Stop(StopReason reason)
    {
        lock (_lock)
        {
            if (_isOver || Reason != StopReason.None)
            {
                return;
            }

            Reason = reason;
            _stop.Cancel();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            _stop.Dispose();
        }
    }
}
