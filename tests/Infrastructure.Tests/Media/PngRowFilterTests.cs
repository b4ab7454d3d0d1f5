using Magvit.Infrastructure.Media;
using Xunit;

namespace Magvit.Infrastructure.Tests.Media;

/// <summary>Rows are filtered as the PNG specification's section 9 says, byte by byte, whatever the length of the processor's vectors.</summary>
public sealed class PngRowFilterTests
{
    // Shorter than a vector, exactly one, a rest; noise, where predictors rarely help, and a slope, where they do.
    [Theory]
    [InlineData(1, 3, false)]
    [InlineData(3, 3, true)]
    [InlineData(32, 3, false)]
    [InlineData(64, 4, true)]
    [InlineData(99, 3, true)]
    [InlineData(3072, 3, false)]
    [InlineData(3072, 3, true)]
    public void Next_RowAfterRow_IsTheBestPredictorsResidual(int rowBytes, int pixelBytes, bool isSmooth)
    {
        var random = new Random(7);
        var filter = new PngRowFilter(rowBytes, pixelBytes);
        var above = new byte[rowBytes];
        for (var y = 0; y < 5; y++)
        {
            var row = new byte[rowBytes];
            for (var i = 0; i < rowBytes; i++)
            {
                row[i] = isSmooth ? (byte)((i * 2) + (y * 5) + random.Next(3)) : (byte)random.Next(256);
            }

            var expected = new[] { 1, 2, 4 }.Select(kind => Residual(kind, row, above, pixelBytes)).MinBy(r => r.Skip(1).Sum(b => Math.Min((int)b, 256 - b)));
            Assert.Equal(expected, filter.Next(row).ToArray());
            above = row;
        }
    }

    private static byte[] Residual(int kind, byte[] row, byte[] above, int pixelBytes)
    {
        var filtered = new byte[row.Length + 1];
        filtered[0] = (byte)kind;
        for (var i = 0; i < row.Length; i++)
        {
            var (left, corner) = i < pixelBytes ? (0, 0) : (row[i - pixelBytes], above[i - pixelBytes]);
            filtered[i + 1] = (byte)(row[i] - (kind == 1 ? left : kind == 2 ? above[i] : Paeth(left, above[i], corner)));
        }

        return filtered;
    }

    private static int Paeth(int a, int b, int c)
    {
        var p = a + b - c;
        var (pa, pb, pc) = (Math.Abs(p - a), Math.Abs(p - b), Math.Abs(p - c));
        return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }
}
