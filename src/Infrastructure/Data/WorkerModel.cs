namespace Magvit.Infrastructure.Data;

/// <summary>A worker has a model.</summary>
internal sealed class WorkerModel
{
    public int WorkerId { get; init; }

    public required string ModelName { get; init; }
}
