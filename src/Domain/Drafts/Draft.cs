using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Drafts;

/// <summary>Work in the Studio that is not finished: what was set up and drawn. It belongs to one person.</summary>
public sealed class Draft
{
    /// <summary>The longest title.</summary>
    public const int MaxTitle = 120;

    private Draft()
    {
    }

    /// <summary>The draft's id, chosen by the browser that began it.</summary>
    public Guid Id { get; private init; }

    /// <summary>The workspace that its clips and masks are in.</summary>
    public Guid WorkspaceId { get; private init; }

    /// <summary>Whose it is.</summary>
    public Guid UserId { get; private init; }

    /// <summary>The name that its owner gave it; <see langword="null"/>: untitled.</summary>
    public string? Title { get; private set; }

    /// <summary>Counts what was stored, from 1: who stores says which version it builds on.</summary>
    public int Version { get; private set; }

    /// <summary>What is set up: the query of the Studio's address.</summary>
    public string Address { get; private set; } = "";

    /// <summary>What is drawn, as the Studio's editor writes it; <see langword="null"/> when nothing is.</summary>
    public string? Document { get; private set; }

    /// <summary>When it was begun.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When it was stored last.</summary>
    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>When it was put in the bin; <see langword="null"/> while it is not.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>Begins a draft, as version 1.</summary>
    /// <param name="actor">Whose it is.</param>
    /// <param name="id">Its id.</param>
    /// <param name="content">What it holds.</param>
    /// <param name="now">The time.</param>
    /// <returns>The new draft.</returns>
    public static Draft Begin(Actor actor, Guid id, DraftContent content, DateTimeOffset now)
    {
        var draft = new Draft { Id = id, WorkspaceId = actor.WorkspaceId, UserId = actor.UserId, CreatedAt = now };
        draft.Replace(content, now);
        return draft;
    }

    /// <summary>Takes over what a browser holds, if that builds on what is stored here.</summary>
    /// <param name="basedOn">The version that the browser knows.</param>
    /// <param name="content">What it holds now.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether it was taken over; else somebody stored another version meanwhile.</returns>
    public bool TryReplace(int basedOn, DraftContent content, DateTimeOffset now)
    {
        if (basedOn != Version)
        {
            return false;
        }

        Replace(content, now);
        return true;
    }

    /// <summary>Names it.</summary>
    /// <param name="title">The name, cut to <see cref="MaxTitle"/>; nothing makes it untitled.</param>
    public void Rename(string? title)
        => Title = title?.Trim() is { Length: > 0 } text ? text[..Math.Min(text.Length, MaxTitle)] : null;

    /// <summary>Puts it in the bin; the first time counts.</summary>
    /// <param name="now">The time.</param>
    public void Delete(DateTimeOffset now) => DeletedAt ??= now;

    /// <summary>Takes it out of the bin.</summary>
    public void Restore() => DeletedAt = null;

    // Whoever goes on with a draft wants it back.
    private void Replace(DraftContent content, DateTimeOffset now)
    {
        Version++;
        Address = content.Address;
        Document = content.Document;
        UpdatedAt = now;
        DeletedAt = null;
    }
}
