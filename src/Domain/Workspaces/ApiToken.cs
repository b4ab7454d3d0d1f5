using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Magvit.Domain.Workspaces;

/// <summary>A key for programs. Only its SHA-256 is kept; the key itself is shown once.</summary>
public sealed class ApiToken
{
    /// <summary>How every key begins, so that scanners for leaked secrets find it.</summary>
    public const string Prefix = "mgv_";

    private const int SecretBytes = 32;

    private ApiToken()
    {
    }

    /// <summary>The token's id, a UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The workspace it opens.</summary>
    public Guid WorkspaceId { get; private init; }

    /// <summary>The user it acts for.</summary>
    public Guid UserId { get; private init; }

    /// <summary>What it is for, in the user's words.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The SHA-256 of the key as 64 hexadecimal digits.</summary>
    public string Hash { get; private init; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When it was last used, to the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; private set; }

    /// <summary>When it was taken back.</summary>
    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>Whether it still opens anything.</summary>
    public bool IsActive => RevokedAt is null;

    /// <summary>Makes a token.</summary>
    /// <param name="workspaceId">The workspace it opens.</param>
    /// <param name="userId">The user it acts for.</param>
    /// <param name="name">What it is for.</param>
    /// <param name="now">The time.</param>
    /// <returns>The token and, this once, its key.</returns>
    public static IssuedApiToken Issue(Guid workspaceId, Guid userId, string name, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var key = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var token = new ApiToken
        {
            Id = Guid.CreateVersion7(now),
            WorkspaceId = workspaceId,
            UserId = userId,
            Name = name.Trim(),
            Hash = HashOf(key),
            CreatedAt = now,
        };
        return new IssuedApiToken(token, key);
    }

    /// <summary>The hash under which a key is kept.</summary>
    /// <param name="key">The key that a program sent.</param>
    /// <returns>64 hexadecimal digits.</returns>
    /// <remarks>The key has 256 random bits, so that a plain hash, unlike for passwords, cannot be guessed back.</remarks>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Notes a use; within a minute of the last one nothing changes, so that busy programs do not write a row a call.</summary>
    /// <param name="now">The time.</param>
    /// <returns>Whether anything changed.</returns>
    public bool NoteUse(DateTimeOffset now)
    {
        if (now - LastUsedAt < TimeSpan.FromMinutes(1))
        {
            return false;
        }

        LastUsedAt = now;
        return true;
    }

    /// <summary>Takes the token back for good; the first time counts.</summary>
    /// <param name="now">The time.</param>
    public void Revoke(DateTimeOffset now) => RevokedAt ??= now;
}
