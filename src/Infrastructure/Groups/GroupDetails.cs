using Magvit.Domain.Groups;
using Magvit.Infrastructure.Jobs;

namespace Magvit.Infrastructure.Groups;

/// <summary>A group with its jobs, in the order of the group.</summary>
public sealed record GroupDetails(JobGroup Group, string UserName, IReadOnlyList<JobSummary> Jobs);
