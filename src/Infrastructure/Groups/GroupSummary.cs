using Magvit.Domain.Groups;

namespace Magvit.Infrastructure.Groups;

/// <summary>A group as lists show it.</summary>
public sealed record GroupSummary(
    Guid Id, JobGroupKind Kind, string Title, int Size, int Succeeded, int Failed, int Open, Guid UserId, string UserName, DateTimeOffset CreatedAt);
