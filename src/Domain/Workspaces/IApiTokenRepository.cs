namespace Magvit.Domain.Workspaces;

/// <summary>The API tokens of all users.</summary>
public interface IApiTokenRepository
{
    /// <summary>Makes and stores a token for a member of a workspace.</summary>
    /// <param name="actor">The user it acts for.</param>
    /// <param name="name">What it is for.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The token and, this once, its key.</returns>
    Task<IssuedApiToken> IssueAsync(Actor actor, string name, CancellationToken cancellationToken);

    /// <summary>Finds whom a key speaks for, and notes its use.</summary>
    /// <param name="key">The key that a program sent.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The user in the role of now, or <see langword="null"/> when the key is unknown, revoked, or the user has left.</returns>
    Task<Actor?> AuthenticateAsync(string key, CancellationToken cancellationToken);

    /// <summary>A user's tokens, newest first, revoked ones included.</summary>
    /// <param name="actor">The user.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The tokens.</returns>
    Task<IReadOnlyList<ApiToken>> ListAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Takes one of the actor's tokens back.</summary>
    /// <param name="actor">The user.</param>
    /// <param name="tokenId">The token.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Whether the actor has such a token.</returns>
    Task<bool> RevokeAsync(Actor actor, Guid tokenId, CancellationToken cancellationToken);
}
