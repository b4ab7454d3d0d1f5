using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Magvit.Domain.Jobs;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Magvit.Infrastructure.Jobs;

/// <summary>Listens for job news on one connection for the whole process, and passes them on to the subscribers.</summary>
/// <remarks>
/// News that come while the connection is broken are lost, so after each connect the open jobs, and those that ended meanwhile, are read and passed
/// on. Whenever a job enters or leaves the queue, the places of all waiting jobs are passed on, at most twice a second.
/// </remarks>
internal sealed class JobProgressSource(
    NpgsqlDataSource dataSource, IDbContextFactory<PlatformDb> databases, TimeProvider time, ILogger<JobProgressSource> logger)
    : BackgroundService, IJobProgressSource
{
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PlacesInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReadBack = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<JobSubscription, bool> _subscriptions = new();
    private readonly SemaphoreSlim _queueChanged = new(0, 1);

    public IDisposable Subscribe(Guid workspaceId, Func<JobProgress, Task> onProgress) => Add(workspaceId, onProgress);

    public IDisposable SubscribeToAll(Func<JobProgress, Task> onProgress) => Add(null, onProgress);

    public override void Dispose()
    {
        _queueChanged.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(ListenAsync(stoppingToken), PublishPlacesAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private JobSubscription Add(Guid? workspaceId, Func<JobProgress, Task> onProgress)
    {
        var subscription = new JobSubscription(workspaceId, onProgress, gone => _subscriptions.TryRemove(gone, out _), logger);
        _subscriptions[subscription] = true;
        return subscription;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever breaks the connection, it is opened again; the reason is logged.")]
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var missedSince = time.GetUtcNow();
        while (true)
        {
            try
            {
                await using var connection = await ListeningConnection.OpenAsync(dataSource, [JobChannels.Progress], cancellationToken);
                connection.Notification += OnNotification;
                logger.Listening();
                await PublishMissedAsync(missedSince - ReadBack, cancellationToken);
                while (true)
                {
                    await connection.WaitAsync(cancellationToken);
                    missedSince = time.GetUtcNow();
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.ListenerBroke(exception, ReconnectDelay);
                await Task.Delay(ReconnectDelay, time, cancellationToken);
            }
        }
    }

    private void OnNotification(object sender, NpgsqlNotificationEventArgs notification)
    {
        try
        {
            Publish(JobNews.Parse(notification.Payload).ToProgress());
        }
        catch (JsonException exception)
        {
            logger.NotificationUnreadable(exception);
        }
    }

    private void Publish(JobProgress progress)
    {
        foreach (var subscription in _subscriptions.Keys)
        {
            subscription.Post(progress);
        }

        // Only this listener releases, so the count cannot pass 1 between the look and the release.
        var mayMoveOthers = progress.State != JobState.Running || progress.Step == 0;
        if (mayMoveOthers && progress.QueuePosition is null && _queueChanged.CurrentCount == 0)
        {
            _queueChanged.Release();
        }
    }

    private async Task PublishMissedAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var jobs = await db.Jobs.AsNoTracking()
            .Where(job => job.State == JobState.Queued || job.State == JobState.Running || job.FinishedAt >= since)
            .Select(job => new JobNews(job.Id, job.WorkspaceId, job.State, job.Step, job.Steps, job.PreviewHash))
            .ToListAsync(cancellationToken);
        jobs.ForEach(job => Publish(job.ToProgress()));
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Places are a courtesy; the listening loop reports a broken database.")]
    private async Task PublishPlacesAsync(CancellationToken cancellationToken)
    {
        var known = new Dictionary<Guid, int>();
        while (true)
        {
            await _queueChanged.WaitAsync(cancellationToken);
            try
            {
                await using var db = await databases.CreateDbContextAsync(cancellationToken);
                var places = await db.Database.SqlQueryRaw<QueuePlace>(JobSql.QueueOrder).ToListAsync(cancellationToken);
                foreach (var place in places.Where(place => known.GetValueOrDefault(place.JobId) != place.Position))
                {
                    Publish(new JobProgress(place.JobId, place.WorkspaceId, JobState.Queued, 0, 0, null, place.Position));
                }

                known = places.ToDictionary(place => place.JobId, place => place.Position);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.ListenerBroke(exception, PlacesInterval);
            }

            await Task.Delay(PlacesInterval, time, cancellationToken);
        }
    }
}
