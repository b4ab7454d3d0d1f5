using Magvit.Domain.Presets;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Magvit.Infrastructure.Presets;

internal sealed class RunPresetRepository(IDbContextFactory<PlatformDb> databases) : IRunPresetRepository
{
    public async Task<IReadOnlyList<RunPreset>> ListAsync(Guid workspaceId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.RunPresets.AsNoTracking()
            .Where(preset => preset.WorkspaceId == workspaceId && preset.DeletedAt == null)
            .OrderBy(preset => preset.Name)
            .ToListAsync(cancellationToken);
    }

    public async Task<RunPreset?> FindAsync(Guid workspaceId, Guid presetId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.RunPresets.AsNoTracking()
            .SingleOrDefaultAsync(preset => preset.WorkspaceId == workspaceId && preset.Id == presetId, cancellationToken);
    }

    // The last one who changes a preset wins: it is a handful of numbers that everybody sees.
    public async Task<bool> TryStoreAsync(RunPreset preset, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var isTaken = preset.DeletedAt is null && await db.RunPresets.AnyAsync(
            other => other.WorkspaceId == preset.WorkspaceId && other.Name == preset.Name && other.Id != preset.Id && other.DeletedAt == null, cancellationToken);
        if (isTaken)
        {
            return false;
        }

        var row = await db.RunPresets.SingleOrDefaultAsync(stored => stored.Id == preset.Id, cancellationToken);
        if (row is null)
        {
            db.Add(preset);
        }
        else
        {
            db.Entry(row).CurrentValues.SetValues(preset);
        }

        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return false;
        }
    }
}
