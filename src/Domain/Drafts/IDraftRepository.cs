namespace Magvit.Domain.Drafts;

/// <summary>The drafts of all users.</summary>
public interface IDraftRepository
{
    /// <summary>Finds a draft.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="userId">Its owner.</param>
    /// <param name="draftId">The draft, in the bin or not.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The draft, or <see langword="null"/> when that user has none with this id there.</returns>
    Task<Draft?> FindAsync(Guid workspaceId, Guid userId, Guid draftId, CancellationToken cancellationToken);

    /// <summary>Counts the drafts of a user that are not in the bin.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="userId">Their owner.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>How many there are.</returns>
    Task<int> CountAsync(Guid workspaceId, Guid userId, CancellationToken cancellationToken);

    /// <summary>Adds a draft.</summary>
    /// <param name="draft">The new draft.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Whether it was added; not when there is one with this id, of whomever.</returns>
    Task<bool> TryAddAsync(Draft draft, CancellationToken cancellationToken);

    /// <summary>Changes a draft and stores it, unless somebody else stored another version in between.</summary>
    /// <param name="draft">The draft as it was found; afterwards, as it was stored.</param>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Whether it was stored.</returns>
    Task<bool> TryChangeAsync(Draft draft, Action<Draft> change, CancellationToken cancellationToken);
}
