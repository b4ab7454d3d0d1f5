using Magvit.Domain.Workers;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Models;

/// <summary>Models as pages show them.</summary>
public sealed class ModelQueries(IDbContextFactory<PlatformDb> databases)
{
    /// <summary>All models, in the order in which one is chosen when a request names none.</summary>
    public async Task<IReadOnlyList<ModelSummary>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Summaries(db).ToListAsync(cancellationToken);
    }

    public async Task<ModelSummary?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Summaries(db).SingleOrDefaultAsync(summary => summary.Model.Name == name, cancellationToken);
    }

    private static IQueryable<ModelSummary> Summaries(PlatformDb db)
        => from model in db.Models.AsNoTracking()
           orderby model.RegisteredAt, model.Name
           select new ModelSummary(
               model,
               db.WorkerModels.Count(link => link.ModelName == model.Name
                   && db.Workers.Any(worker => worker.Id == link.WorkerId
                       && (worker.State == WorkerState.Idle || worker.State == WorkerState.Busy))));
}
