namespace Magvit.Domain.Jobs;

/// <summary>What a job has to do.</summary>
/// <param name="Kind">Which handler does it.</param>
/// <param name="Payload">What the handler needs, as JSON.</param>
public sealed record JobWork(JobKind Kind, string Payload)
{
    /// <summary>The model that it needs; only workers that have it may take the job. <see langword="null"/>: any worker.</summary>
    public string? Model { get; init; }

    /// <summary>How many steps of progress to expect; default 0, unknown.</summary>
    public int Steps { get; init; }

    /// <summary>More is sooner, among the jobs of one user; default 0.</summary>
    public int Priority { get; init; }

    /// <summary>The group that it belongs to; <see langword="null"/>: none.</summary>
    public Guid? GroupId { get; init; }

    /// <summary>Its place in the group, from 0.</summary>
    public int? GroupIndex { get; init; }
}
