using Magvit.Domain.Workers;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Magvit.Infrastructure.Workers;

internal sealed class WorkerRegistry(
    NpgsqlDataSource dataSource, IDbContextFactory<PlatformDb> databases, TimeProvider time, ILogger<WorkerPresence> logger) : IWorkerRegistry
{
    public async Task<IWorkerPresence> JoinAsync(WorkerDescription worker, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var number = await db.Database.SqlQuery<int>($"""select nextval('worker_numbers')::int as "Value" """).SingleAsync(cancellationToken);

        // The proof of life comes before the row: a row without it would be marked as lost by the next look of any worker.
        var presence = await WorkerPresence.OpenAsync(number, dataSource, databases, time, logger, cancellationToken);
        db.Workers.Add(WorkerNode.Join(number, worker, time.GetUtcNow()));
        await db.SaveChangesAsync(cancellationToken);
        logger.Joined(number, worker.Device);
        return presence;
    }
}
