namespace Magvit.Infrastructure;

/// <summary>Which part of a list to read. Lists are ordered newest first by id, and a cursor is the last id seen: pages neither repeat nor skip
/// rows when new ones come in.</summary>
/// <param name="Cursor">What <see cref="Page{T}.Next"/> of the part before said; <see langword="null"/> for the first. An unknown text reads as the first.</param>
/// <param name="Take">The most rows, 1 to 200; default 50.</param>
public sealed record PageRequest(string? Cursor = null, int Take = 50)
{
    public const int MaxTake = 200;

    internal int Size => Math.Clamp(Take, 1, MaxTake);

    internal Guid? Before => Guid.TryParseExact(Cursor, "N", out var id) ? id : null;

    /// <summary>Makes the page of rows of which one more than <see cref="Size"/> was read.</summary>
    internal Page<T> ToPage<T>(List<T> rows, Func<T, Guid> idOf)
        => rows.Count > Size ? new Page<T>(rows[..Size], idOf(rows[Size - 1]).ToString("N")) : new Page<T>(rows, null);
}
