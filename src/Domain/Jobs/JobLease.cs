namespace Magvit.Domain.Jobs;

/// <summary>A worker's hold on a job. Every write of a worker carries it, and counts for nothing once the job has gone to another.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Token">The fencing token, new with every claim and always growing.</param>
public sealed record JobLease(Guid JobId, long Token);
