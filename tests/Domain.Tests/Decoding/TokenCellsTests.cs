using System.Text.Json;
using Magvit.Domain.Decoding;
using Magvit.Domain.Json;
using Xunit;

namespace Magvit.Domain.Tests.Decoding;

public sealed class TokenCellsTests
{
    [Theory]
    [InlineData(new int[0], "")]
    [InlineData(new[] { 5 }, "5")]
    [InlineData(new[] { 9, 3, 8, 7, 3 }, "3,7-9")]
    [InlineData(new[] { 65535, 0 }, "0,65535")]
    public void ToString_AnyOrder_WritesRisingRangesThatReadBack(int[] positions, string text)
    {
        var cells = TokenCells.Of(positions);

        Assert.Equal(text, cells.ToString());
        Assert.True(TokenCells.TryParse(text, out var read));
        Assert.Equal(cells, read);
        Assert.Equal(positions.Distinct().Order(), read.Positions);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a")]
    [InlineData("-3")]
    [InlineData("3-1")]
    [InlineData("1-2-3")]
    [InlineData("65536")]
    [InlineData("0-99999999999")]
    public void TryParse_NoCells_SaysSo(string? text) => Assert.False(TokenCells.TryParse(text, out _));

    [Theory]
    [InlineData("\"3,7-9\"")]
    [InlineData("[9,8,3,7]")]
    public void Json_TextOrNumbers_BothAreRead(string json) =>
        Assert.Equal(TokenCells.Of([3, 7, 8, 9]), JsonSerializer.Deserialize<TokenCells>(json, PlatformJson.Compact));

    [Theory]
    [InlineData("[-1]")]
    [InlineData("[1.5]")]
    [InlineData("[\"1\"]")]
    [InlineData("{}")]
    [InlineData("\"x\"")]
    public void Json_Else_IsRefusedWithTheFormat(string json) =>
        Assert.Contains("3,7-12", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TokenCells>(json, PlatformJson.Compact)).Message, StringComparison.Ordinal);
}
