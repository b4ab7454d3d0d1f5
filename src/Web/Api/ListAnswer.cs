namespace Magvit.Web.Api;

/// <summary>A part of a list; <paramref name="Next"/> is the cursor of the part that follows.</summary>
internal sealed record ListAnswer<T>(IReadOnlyList<T> Items, string? Next);
