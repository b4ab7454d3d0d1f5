using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Drafts;

/// <summary>Stores, names, deletes and restores the drafts of whoever asks. Nobody reaches another one's.</summary>
/// <param name="drafts">Keeps them.</param>
/// <param name="time">The clock.</param>
public sealed class KeepDrafts(IDraftRepository drafts, TimeProvider time)
{
    /// <summary>How many drafts a user may have.</summary>
    public const int MaxDrafts = 500;

    /// <summary>Stores what a browser holds, as the next version.</summary>
    /// <param name="actor">Who asks; at least a creator.</param>
    /// <param name="draftId">The draft, with an id that the browser chose.</param>
    /// <param name="basedOn">The version that the browser knows; 0 for a new draft.</param>
    /// <param name="content">What it holds.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="AccessDeniedException">The actor may only look.</exception>
    public async Task<DraftSaveResult> SaveAsync(
        Actor actor, Guid draftId, int basedOn, DraftContent content, CancellationToken cancellationToken)
    {
        actor.Require(MemberRole.Creator);
        if (content.Address.Length > DraftContent.MaxAddress || content.Document?.Length > DraftContent.MaxDocument)
        {
            return new DraftSaveResult(null, Problem: "The draft is too large for the server. It stays in this browser; export the mask to be safe.");
        }

        var now = time.GetUtcNow();
        if (await drafts.FindAsync(actor.WorkspaceId, actor.UserId, draftId, cancellationToken) is not { } stored)
        {
            if (await drafts.CountAsync(actor.WorkspaceId, actor.UserId, cancellationToken) >= MaxDrafts)
            {
                return new DraftSaveResult(null, Problem: $"You have {MaxDrafts} drafts. Delete some that you no longer need; this one stays in this browser until then.");
            }

            // A draft that somebody purged meanwhile is begun anew: nothing that was drawn is lost.
            var fresh = Draft.Begin(actor, draftId, content, now);
            if (await drafts.TryAddAsync(fresh, cancellationToken))
            {
                return new DraftSaveResult(fresh);
            }

            stored = await drafts.FindAsync(actor.WorkspaceId, actor.UserId, draftId, cancellationToken);
            return stored is null
                ? new DraftSaveResult(null, Problem: "The draft cannot be stored under this id. Make a copy of it.")
                : new DraftSaveResult(null, Newer: stored);
        }

        var fits = false;
        var changed = await drafts.TryChangeAsync(stored, draft => fits = draft.TryReplace(basedOn, content, now), cancellationToken);
        return changed && fits
            ? new DraftSaveResult(stored)
            : new DraftSaveResult(null, Newer: await drafts.FindAsync(actor.WorkspaceId, actor.UserId, draftId, cancellationToken) ?? stored);
    }

    /// <summary>Names a draft.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="draftId">The draft.</param>
    /// <param name="title">The name; nothing makes it untitled.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Whether the actor has such a draft.</returns>
    public Task<bool> RenameAsync(Actor actor, Guid draftId, string? title, CancellationToken cancellationToken)
        => ChangeAsync(actor, draftId, draft => draft.Rename(title), cancellationToken);

    /// <summary>Puts a draft in the bin.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="draftId">The draft.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Whether the actor has such a draft.</returns>
    public Task<bool> DeleteAsync(Actor actor, Guid draftId, CancellationToken cancellationToken)
        => ChangeAsync(actor, draftId, draft => draft.Delete(time.GetUtcNow()), cancellationToken);

    /// <summary>Takes a draft out of the bin.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="draftId">The draft.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Whether the actor has such a draft.</returns>
    public Task<bool> RestoreAsync(Actor actor, Guid draftId, CancellationToken cancellationToken)
        => ChangeAsync(actor, draftId, draft => draft.Restore(), cancellationToken);

    // Name and bin are no versions of the content: they are set again over whatever was stored meanwhile.
    private async Task<bool> ChangeAsync(Actor actor, Guid draftId, Action<Draft> change, CancellationToken cancellationToken)
    {
        actor.Require(MemberRole.Creator);
        while (await drafts.FindAsync(actor.WorkspaceId, actor.UserId, draftId, cancellationToken) is { } draft)
        {
            if (await drafts.TryChangeAsync(draft, change, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }
}
