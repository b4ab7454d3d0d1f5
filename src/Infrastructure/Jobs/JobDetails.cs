using Magvit.Domain.Jobs;

namespace Magvit.Infrastructure.Jobs;

/// <summary>A job with the story of its tries, oldest first.</summary>
public sealed record JobDetails(JobSummary Job, IReadOnlyList<JobAttempt> Attempts);
