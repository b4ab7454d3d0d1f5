using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;

namespace Magvit.Infrastructure.Jobs;

/// <summary>A job as lists show it; see <see cref="Job"/> for the meaning of each value.</summary>
public sealed record JobSummary
{
    public required Guid Id { get; init; }

    public required JobKind Kind { get; init; }

    public required JobState State { get; init; }

    public required Guid UserId { get; init; }

    public required string UserName { get; init; }

    public required string? Model { get; init; }

    public required string Payload { get; init; }

    public required int Attempt { get; init; }

    public required int MaxAttempts { get; init; }

    public required int Step { get; init; }

    public required int Steps { get; init; }

    public required ContentHash? PreviewHash { get; init; }

    public required string? Error { get; init; }

    public required bool CancelRequested { get; init; }

    public required int? WorkerId { get; init; }

    /// <summary>The sweep or batch that it belongs to, and its place there, from 0.</summary>
    public Guid? GroupId { get; init; }

    public int? GroupIndex { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What it made, in order; empty until it has succeeded.</summary>
    public required IReadOnlyList<JobOutputSummary> Outputs { get; init; }

    /// <summary>Its place in the queue, from 1; <see langword="null"/> unless it waits.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>How long until it is done, judged by earlier jobs of the same kind and model; <see langword="null"/> when nothing is known.</summary>
    public TimeSpan? Eta { get; init; }

    public bool IsFinished => State is JobState.Succeeded or JobState.Failed or JobState.Cancelled;

    /// <summary>What was asked for, when it is a generation.</summary>
    public GenerationRequest? Request => Kind == JobKind.Generate ? GenerationRequest.FromJson(Payload) : null;
}
