using Magvit.Domain.Assets;

namespace Magvit.Domain.Jobs;

/// <summary>News of a job. It is a hint that may be lost; the row is the truth.</summary>
/// <param name="JobId">The job.</param>
/// <param name="WorkspaceId">The workspace, whose members may know.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all; 0 while unknown.</param>
/// <param name="PreviewHash">The latest preview in the artifact store.</param>
/// <param name="QueuePosition">Its place in the queue, from 1; <see langword="null"/> unless it is queued and the place is known.</param>
public sealed record JobProgress(
    Guid JobId, Guid WorkspaceId, JobState State, int Step, int Steps, ContentHash? PreviewHash, int? QueuePosition);
