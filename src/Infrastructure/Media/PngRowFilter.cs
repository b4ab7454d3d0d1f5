using System.Numerics;

namespace Magvit.Infrastructure.Media;

/// <summary>
/// Filters the rows of a picture, one after the other, by whichever predictor leaves the smallest residual (PNG specification, 9 and 12.8): left, above or Paeth's.
/// The average is rarely the best of them.
/// </summary>
/// <param name="rowBytes">Bytes of a row.</param>
/// <param name="pixelBytes">Bytes from a byte to the one that belongs to it in the next pixel.</param>
internal sealed class PngRowFilter(int rowBytes, int pixelBytes)
{
    private const byte Left = 1;
    private const byte Above = 2;
    private const byte Paeth = 4;

    // A pixel of zeros before each row stands for what lies left of it, and a vector of them behind it for loads beyond its end.
    private byte[] _row = new byte[pixelBytes + rowBytes + Vector<byte>.Count];
    private byte[] _above = new byte[pixelBytes + rowBytes + Vector<byte>.Count];
    private byte[] _best = new byte[1 + rowBytes + Vector<byte>.Count];
    private byte[] _candidate = new byte[1 + rowBytes + Vector<byte>.Count];

    /// <summary>The next row, filtered: the predictor's number, then as many bytes as the row has. Good until the next call.</summary>
    public ReadOnlySpan<byte> Next(ReadOnlySpan<byte> row)
    {
        row.CopyTo(_row.AsSpan(pixelBytes));
        var smallest = long.MaxValue;
        foreach (var predictor in (ReadOnlySpan<byte>)[Left, Above, Paeth])
        {
            var residual = Filter(predictor);
            if (residual < smallest)
            {
                smallest = residual;
                (_best, _candidate) = (_candidate, _best);
            }
        }

        (_row, _above) = (_above, _row);
        return _best.AsSpan(0, 1 + rowBytes);
    }

    // The sum of the residuals' sizes, each as the nearer of its two distances from 0 around the circle of 256.
    private long Filter(byte predictor)
    {
        _candidate[0] = predictor;
        var sum = 0L;
        for (var i = 0; i < rowBytes; i += Vector<byte>.Count)
        {
            var (left, above, corner) = (new Vector<byte>(_row, i), new Vector<byte>(_above, i + pixelBytes), new Vector<byte>(_above, i));
            var predicted = predictor switch
            {
                Left => left,
                Above => above,
                _ => PaethOf(left, above, corner),
            };
            var residual = new Vector<byte>(_row, i + pixelBytes) - predicted;
            residual.CopyTo(_candidate, i + 1);
            var size = Vector.Min(residual, Vector<byte>.Zero - residual);
            if (rowBytes - i < Vector<byte>.Count)
            {
                for (var j = 0; j < rowBytes - i; j++)
                {
                    sum += size[j];
                }

                break;
            }

            Vector.Widen(size, out var low, out var high);
            sum += Vector.Sum(low + high);
        }

        return sum;
    }

    private static Vector<byte> PaethOf(Vector<byte> left, Vector<byte> above, Vector<byte> corner)
    {
        Vector.Widen(left, out var leftLow, out var leftHigh);
        Vector.Widen(above, out var aboveLow, out var aboveHigh);
        Vector.Widen(corner, out var cornerLow, out var cornerHigh);
        return Vector.Narrow(
            PaethOf(leftLow.As<ushort, short>(), aboveLow.As<ushort, short>(), cornerLow.As<ushort, short>()).As<short, ushort>(),
            PaethOf(leftHigh.As<ushort, short>(), aboveHigh.As<ushort, short>(), cornerHigh.As<ushort, short>()).As<short, ushort>());
    }

    // Whichever of the three is nearest to left + above - corner; ties go to left, then to above.
    private static Vector<short> PaethOf(Vector<short> left, Vector<short> above, Vector<short> corner)
    {
        var (across, down) = (above - corner, left - corner);
        var (toLeft, toAbove, toCorner) = (Vector.Abs(across), Vector.Abs(down), Vector.Abs(across + down));
        var isLeft = Vector.LessThanOrEqual(toLeft, toAbove) & Vector.LessThanOrEqual(toLeft, toCorner);
        return Vector.ConditionalSelect(isLeft, left, Vector.ConditionalSelect(Vector.LessThanOrEqual(toAbove, toCorner), above, corner));
    }
}
