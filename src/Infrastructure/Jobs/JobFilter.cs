using Magvit.Domain.Jobs;

namespace Magvit.Infrastructure.Jobs;

/// <summary>Which jobs to list.</summary>
public sealed record JobFilter
{
    /// <summary>Only these states; empty: all.</summary>
    public IReadOnlyList<JobState> States { get; init; } = [];

    /// <summary>Only this user's; <see langword="null"/>: everybody's.</summary>
    public Guid? UserId { get; init; }
}
