namespace Magvit.Infrastructure.Data;

/// <summary>When a user's job was last taken from the queue; decides whose turn it is.</summary>
internal sealed class QueueTurn
{
    public Guid UserId { get; init; }

    public DateTimeOffset ServedAt { get; init; }
}
