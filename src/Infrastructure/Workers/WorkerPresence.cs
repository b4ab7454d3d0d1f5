using System.Diagnostics.CodeAnalysis;
using Magvit.Domain.Workers;
using Magvit.Infrastructure.Data;
using Magvit.Infrastructure.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Magvit.Infrastructure.Workers;

/// <summary>A worker's session: it holds the advisory lock that proves the worker's life, and hears of new jobs and of cancellations.</summary>
/// <remarks>
/// PostgreSQL frees the lock when the process dies, and at once; a frozen process keeps it until its leases run out. The connection is outside the
/// pool, so that closing it ends the session.
/// </remarks>
internal sealed class WorkerPresence : IWorkerPresence
{
    private readonly NpgsqlConnection _session;
    private readonly IDbContextFactory<PlatformDb> _databases;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _jobReady = new(0, 1);
    private Task _listening = Task.CompletedTask;

    private WorkerPresence(int workerId, NpgsqlConnection session, IDbContextFactory<PlatformDb> databases, TimeProvider time, ILogger logger)
    {
        WorkerId = workerId;
        _session = session;
        _databases = databases;
        _time = time;
        _logger = logger;
        _session.Notification += OnNotification;
    }

    public event Action<Guid>? CancelRequested;

    public int WorkerId { get; }

    public CancellationToken Lost => _lost.Token;

    public static async Task<WorkerPresence> OpenAsync(
        int workerId,
        NpgsqlDataSource dataSource,
        IDbContextFactory<PlatformDb> databases,
        TimeProvider time,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var session = await ListeningConnection.OpenAsync(dataSource, [JobChannels.Ready, JobChannels.Cancel], cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand($"select pg_try_advisory_lock({AdvisoryLocks.WorkerAlive}, {workerId})", session);
            if (await command.ExecuteScalarAsync(cancellationToken) is not true)
            {
                throw new InvalidOperationException($"Worker number {workerId} is in use, although it came from a sequence.");
            }

            var presence = new WorkerPresence(workerId, session, databases, time, logger);
            presence._listening = presence.ListenAsync();
            return presence;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public async Task WaitForJobAsync(TimeSpan atMost, CancellationToken cancellationToken)
        => await _jobReady.WaitAsync(atMost, cancellationToken);

    public async Task BeatAsync(bool isBusy, IReadOnlyList<string> loadedModels, CancellationToken cancellationToken)
    {
        await using var db = await _databases.CreateDbContextAsync(cancellationToken);
        var worker = await db.Workers.SingleAsync(worker => worker.Id == WorkerId, cancellationToken);
        worker.SeenAlive(isBusy, loadedModels, _time.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Signing off is a courtesy; whatever goes wrong, others notice that the worker is gone.")]
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _listening;
        try
        {
            await using var db = await _databases.CreateDbContextAsync(CancellationToken.None);
            if (await db.Workers.SingleOrDefaultAsync(worker => worker.Id == WorkerId) is { } worker)
            {
                worker.Leave(inOrder: true, _time.GetUtcNow());
                await db.SaveChangesAsync();
            }

            _logger.Left(WorkerId);
        }
        catch (Exception exception)
        {
            _logger.SignOffFailed(exception, WorkerId);
        }

        await _session.DisposeAsync();
        _closing.Dispose();
        _lost.Dispose();
        _jobReady.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                await _session.WaitAsync(_closing.Token);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or InvalidOperationException or ObjectDisposedException)
        {
            _logger.SessionLost(exception, WorkerId);
            await _lost.CancelAsync();
        }
    }

    private void OnNotification(object sender, NpgsqlNotificationEventArgs news)
    {
        if (news.Channel == JobChannels.Cancel && Guid.TryParse(news.Payload, out var jobId))
        {
            CancelRequested?.Invoke(jobId);
        }
        else if (news.Channel == JobChannels.Ready && _jobReady.CurrentCount == 0)
        {
            // Only this loop releases, so the count cannot pass 1 between the look and the release.
            _jobReady.Release();
        }
    }
}
