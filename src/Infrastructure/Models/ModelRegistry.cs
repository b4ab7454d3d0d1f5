using Magvit.Domain.Models;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Models;

internal sealed class ModelRegistry(IDbContextFactory<PlatformDb> databases, TimeProvider time) : IModelRegistry
{
    public async Task<IReadOnlyList<InstalledModel>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Models.AsNoTracking().OrderBy(model => model.RegisteredAt).ThenBy(model => model.Name).ToListAsync(cancellationToken);
    }

    public async Task RegisterAsync(int workerId, IReadOnlyList<InstalledModel> models, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // Workers that start together register the same models: one after the other.
        await db.Database.ExecuteSqlAsync($"lock table models in share row exclusive mode", cancellationToken);
        string[] names = [.. models.Select(model => model.Name)];
        var known = await db.Models.AsNoTracking().Where(model => names.Contains(model.Name)).ToDictionaryAsync(model => model.Name, cancellationToken);
        foreach (var model in models)
        {
            if (known.TryGetValue(model.Name, out var registered))
            {
                db.Models.Update(model with { RegisteredAt = registered.RegisteredAt });
            }
            else
            {
                db.Models.Add(model with { RegisteredAt = time.GetUtcNow() });
            }
        }

        await db.WorkerModels.Where(link => link.WorkerId == workerId).ExecuteDeleteAsync(cancellationToken);
        db.WorkerModels.AddRange(names.Select(name => new WorkerModel { WorkerId = workerId, ModelName = name }));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
