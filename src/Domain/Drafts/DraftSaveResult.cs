namespace Magvit.Domain.Drafts;

/// <summary>What came of storing a draft; exactly one of the three is the case.</summary>
/// <param name="Saved">The draft as it is stored now.</param>
/// <param name="Newer">The version that somebody stored meanwhile; nothing was overwritten.</param>
/// <param name="Problem">Why it cannot be stored at all, for the user.</param>
public sealed record DraftSaveResult(Draft? Saved, Draft? Newer = null, string? Problem = null);
