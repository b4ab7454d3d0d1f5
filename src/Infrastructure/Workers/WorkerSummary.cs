using Magvit.Domain.Workers;

namespace Magvit.Infrastructure.Workers;

/// <summary>A worker as pages show it.</summary>
public sealed record WorkerSummary
{
    public required int Id { get; init; }

    public required string Host { get; init; }

    public required string Device { get; init; }

    public required int ProcessId { get; init; }

    public required WorkerState State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>The models in its memory.</summary>
    public required IReadOnlyList<string> LoadedModels { get; init; }

    /// <summary>The models on its disk.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    public required int RunningJobs { get; init; }

    public bool IsAlive => State is WorkerState.Idle or WorkerState.Busy;
}
