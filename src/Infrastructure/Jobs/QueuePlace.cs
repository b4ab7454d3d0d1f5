namespace Magvit.Infrastructure.Jobs;

/// <summary>A waiting job's place, from 1, over all workspaces.</summary>
internal sealed record QueuePlace(Guid JobId, Guid WorkspaceId, int Position);
