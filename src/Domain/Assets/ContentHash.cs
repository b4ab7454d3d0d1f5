using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Magvit.Domain.Assets;

/// <summary>The SHA-256 of an artifact's bytes: 64 lower-case hexadecimal digits, and nothing else.</summary>
/// <remarks>Because no other text can become a <see cref="ContentHash"/>, one may be used in a path without further checks.</remarks>
[JsonConverter(typeof(ContentHashJsonConverter))]
public sealed record ContentHash
{
    /// <summary>The number of hexadecimal digits of a hash.</summary>
    public const int Length = 64;

    private ContentHash(string value) => Value = value;

    /// <summary>The 64 digits.</summary>
    public string Value { get; }

    /// <summary>Reads a hash; upper-case digits are accepted and lowered.</summary>
    /// <param name="text">64 hexadecimal digits.</param>
    /// <returns>The hash.</returns>
    /// <exception cref="FormatException"><paramref name="text"/> is not 64 hexadecimal digits.</exception>
    public static ContentHash Parse(string text)
        => TryParse(text, out var hash) ? hash : throw new FormatException($"A content hash has {Length} hexadecimal digits, got '{text}'.");

    /// <summary>Reads a hash if <paramref name="text"/> is one.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="hash">The hash, when the answer is <see langword="true"/>.</param>
    /// <returns>Whether <paramref name="text"/> is a hash.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ContentHash? hash)
    {
        hash = text is { Length: Length } && text.All(char.IsAsciiHexDigit) ? new ContentHash(text.ToLowerInvariant()) : null;
        return hash is not null;
    }

    /// <summary>The hash for the 32 bytes that SHA-256 returned.</summary>
    /// <param name="digest">32 bytes.</param>
    /// <returns>The hash.</returns>
    public static ContentHash FromDigest(ReadOnlySpan<byte> digest)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(digest.Length, SHA256.HashSizeInBytes, nameof(digest));
        return new ContentHash(Convert.ToHexStringLower(digest));
    }

    /// <summary>The hash of some bytes.</summary>
    /// <param name="content">The bytes.</param>
    /// <returns>Their hash.</returns>
    public static ContentHash Of(ReadOnlySpan<byte> content) => FromDigest(SHA256.HashData(content));

    /// <inheritdoc/>
    public override string ToString() => Value;
}
