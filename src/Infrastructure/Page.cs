namespace Magvit.Infrastructure;

/// <summary>A part of a list.</summary>
/// <param name="Items">The rows.</param>
/// <param name="Next">The cursor of the part that follows, or <see langword="null"/> when this is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
