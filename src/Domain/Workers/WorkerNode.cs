namespace Magvit.Domain.Workers;

/// <summary>A worker process, now or in the past.</summary>
public sealed class WorkerNode
{
    private WorkerNode()
    {
    }

    /// <summary>The worker's number, from a sequence: a restarted worker gets a new one.</summary>
    public int Id { get; private init; }

    /// <summary>The machine's name.</summary>
    public string Host { get; private init; } = "";

    /// <summary>The device, such as <c>cpu</c>.</summary>
    public string Device { get; private init; } = "";

    /// <summary>The process on that machine.</summary>
    public int ProcessId { get; private init; }

    /// <summary>When it joined.</summary>
    public DateTimeOffset StartedAt { get; private init; }

    /// <summary>When it was last heard of.</summary>
    public DateTimeOffset LastSeenAt { get; private set; }

    /// <summary>The names of the models that it holds in memory.</summary>
    public IReadOnlyList<string> LoadedModels { get; private set; } = [];

    /// <summary>What it is doing.</summary>
    public WorkerState State { get; private set; }

    /// <summary>Makes the row of a worker that joins.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="description">What it says about itself.</param>
    /// <param name="now">The time.</param>
    /// <returns>The new worker.</returns>
    public static WorkerNode Join(int id, WorkerDescription description, DateTimeOffset now) => new()
    {
        Id = id,
        Host = description.Host,
        Device = description.Device,
        ProcessId = description.ProcessId,
        StartedAt = now,
        LastSeenAt = now,
        State = WorkerState.Idle,
    };

    /// <summary>Notes a sign of life.</summary>
    /// <param name="isBusy">Whether it runs a job.</param>
    /// <param name="loadedModels">The models in its memory.</param>
    /// <param name="now">The time.</param>
    public void SeenAlive(bool isBusy, IReadOnlyList<string> loadedModels, DateTimeOffset now)
    {
        State = isBusy ? WorkerState.Busy : WorkerState.Idle;
        LoadedModels = loadedModels;
        LastSeenAt = now;
    }

    /// <summary>Notes that it is gone.</summary>
    /// <param name="inOrder">Whether it signed off.</param>
    /// <param name="now">The time.</param>
    public void Leave(bool inOrder, DateTimeOffset now)
    {
        State = inOrder ? WorkerState.Stopped : WorkerState.Lost;
        LoadedModels = [];
        LastSeenAt = inOrder ? now : LastSeenAt;
    }
}
