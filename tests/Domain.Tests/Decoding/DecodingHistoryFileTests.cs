using Magvit.Domain.Decoding;
using Xunit;

namespace Magvit.Domain.Tests.Decoding;

public sealed class DecodingHistoryFileTests
{
    [Theory]
    [InlineData(999)]
    [InlineData(262_143)]
    public void Write_ReadBack_IsTheSameToASixtyFiveThousandth(int highestToken)
    {
        var history = Histories.Small(highestToken);

        Assert.True(DecodingHistoryFile.TryRead(DecodingHistoryFile.Write(history), out var read));

        Assert.Equal((history.ModelHash, history.TokenizerHash, history.Grid, history.StepCount), (read.ModelHash, read.TokenizerHash, read.Grid, read.StepCount));
        Assert.Equal(history.IsGiven, read.IsGiven);
        Assert.Equal(22, read.OpenAtStart);
        foreach (var (step, found) in history.Steps.Zip(read.Steps, (a, b) => (a, b)))
        {
            Assert.Equal((step.Step, step.Preview), (found.Step, found.Preview));
            Assert.Equal(step.Tokens, found.Tokens);
            Assert.Equal(step.IsAccepted, found.IsAccepted);
            Assert.All(step.Confidence.Zip(found.Confidence), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }

    [Fact]
    public void Write_AsTheDocumentSays_ByteForByte()
    {
        var history = Histories.Small();
        var bytes = DecodingHistoryFile.Write(history);

        Assert.Equal("MGST"u8, bytes.AsSpan(0, 4));
        Assert.Equal([1, 0, 2, 64], bytes[4..8]);
        Assert.Equal([2, 0, 3, 0, 4, 0, 3, 0, 3, 0], bytes[137..147]);

        // Given bits, two given cells; then per step: mark and hash of the preview, the open cells' token and confidence, the accepted bits.
        var expected = 147 + 3 + (2 * 4);
        var open = 22;
        foreach (var step in history.Steps)
        {
            expected += 1 + (step.Preview is null ? 0 : 32) + (open * 4) + 3;
            open = step.IsAccepted.Count(isAccepted => !isAccepted);
        }

        Assert.Equal(expected, bytes.Length);
        Assert.Equal(bytes, DecodingHistoryFile.Write(history));
    }

    [Fact]
    public void TryRead_CutOrForeignOrLengthened_SaysNo()
    {
        var bytes = DecodingHistoryFile.Write(Histories.Small());

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.False(DecodingHistoryFile.TryRead(bytes[..length], out _)));
        Assert.False(DecodingHistoryFile.TryRead([.. bytes, 0], out _));
        Assert.False(DecodingHistoryFile.TryRead([.. "MGSX"u8, .. bytes[4..]], out _));
        Assert.False(DecodingHistoryFile.TryRead([.. bytes[..4], 2, .. bytes[5..]], out _));
        Assert.False(DecodingHistoryFile.TryRead("not at all"u8.ToArray(), out _));
    }

    [Fact]
    public void Weakest_WithLockedCells_TakesTheShareOfTheOthers()
    {
        var history = Histories.Small();

        Assert.Equal("0-11", history.Weakest(0.5, null).ToString());
        Assert.Equal("4-5", history.Weakest(0.1, TokenCells.Of([0, 1, 2, 3])).ToString());
        Assert.Equal("0", history.Weakest(0.001, null).ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => history.Weakest(0, null));
    }
}
