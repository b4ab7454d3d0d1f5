using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Magvit.Domain.Jobs;
using Microsoft.Extensions.Logging;

namespace Magvit.Infrastructure.Jobs;

/// <summary>One subscriber: a slot for each job, in which news replace older news, emptied by one task. A slow subscriber delays nobody.</summary>
internal sealed class JobSubscription : IDisposable
{
    private readonly Guid? _workspaceId;
    private readonly Func<JobProgress, Task> _onProgress;
    private readonly Action<JobSubscription> _onDispose;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, JobProgress> _latest = [];
    private readonly Channel<Guid> _due = Channel.CreateUnbounded<Guid>(new UnboundedChannelOptions { SingleReader = true });

    public JobSubscription(
        Guid? workspaceId, Func<JobProgress, Task> onProgress, Action<JobSubscription> onDispose, ILogger logger)
    {
        _workspaceId = workspaceId;
        _onProgress = onProgress;
        _onDispose = onDispose;
        _logger = logger;
        Delivery = Task.Run(DeliverAsync);
    }

    /// <summary>Ends when the subscription was disposed and the last call has returned.</summary>
    public Task Delivery { get; }

    public void Post(JobProgress progress)
    {
        if (_workspaceId is { } only && only != progress.WorkspaceId)
        {
            return;
        }

        lock (_gate)
        {
            if (!_latest.ContainsKey(progress.JobId))
            {
                _due.Writer.TryWrite(progress.JobId);
            }

            _latest[progress.JobId] = progress;
        }
    }

    public void Dispose()
    {
        _due.Writer.TryComplete();
        _onDispose(this);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "One subscriber's failure must not end the news of the others; it is logged.")]
    private async Task DeliverAsync()
    {
        await foreach (var jobId in _due.Reader.ReadAllAsync())
        {
            JobProgress progress;
            lock (_gate)
            {
                _latest.Remove(jobId, out progress!);
            }

            try
            {
                await _onProgress(progress);
            }
            catch (Exception exception)
            {
                _logger.SubscriberFailed(exception, jobId);
            }
        }
    }
}
