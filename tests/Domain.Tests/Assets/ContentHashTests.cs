using System.Text.Json;
using Magvit.Domain.Assets;
using Xunit;

namespace Magvit.Domain.Tests.Assets;

public sealed class ContentHashTests
{
    /// <summary>SHA-256 of "abc", from FIPS 180-2, appendix B.1.</summary>
    private const string OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void Of_KnownBytes_IsTheKnownHash()
    {
        Assert.Equal(OfAbc, ContentHash.Of("abc"u8).Value);
        Assert.Equal(ContentHash.Parse(OfAbc.ToUpperInvariant()), ContentHash.Of("abc"u8));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("../../../etc/passwd")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")] // 63 digits
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0")] // 65 digits
    [InlineData("../816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")] // 64 characters
    [InlineData("ba/816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("ｂa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")] // a wide letter
    public void TryParse_AnythingElse_IsNoHash(string? text)
    {
        Assert.False(ContentHash.TryParse(text, out _));
        Assert.Throws<FormatException>(() => ContentHash.Parse(text!));
    }

    [Fact]
    public void Json_RoundTrip_IsTheDigits()
    {
        var hash = ContentHash.Of("abc"u8);
        Assert.Equal($"\"{OfAbc}\"", JsonSerializer.Serialize(hash));
        Assert.Equal(hash, JsonSerializer.Deserialize<ContentHash>($"\"{OfAbc}\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ContentHash>("\"../x\""));
    }
}
