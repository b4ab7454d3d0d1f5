namespace Magvit.Infrastructure.Drafts;

/// <summary>A draft as lists show it, without what is drawn.</summary>
public sealed record DraftSummary(Guid Id, string? Title, int Version, string Address, DateTimeOffset UpdatedAt);
