using System.Collections;

namespace Magvit.Model.Decoding;

/// <summary>Where a sample stands between two steps: some kilobytes from which it goes on exactly as if it had never stopped.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="OpenAtStart">Positions that were unknown before the first step.</param>
/// <param name="Tokens">[N]: accepted tokens, and z~ or MASK elsewhere.</param>
/// <param name="IsUnknown">[N].</param>
/// <param name="Confidence">[N]: as in <see cref="DecodingStep"/>.</param>
/// <param name="Generator">The state of the sample's generator; empty begins it anew from the seed of the options, to branch off.</param>
public sealed record DecodingState(int Step, int OpenAtStart, long[] Tokens, bool[] IsUnknown, float[] Confidence, byte[] Generator)
{
    private const uint Magic = 0x3144474D;                                      // "MGD1"

    /// <summary>The state after a step, to branch off with a generator of one's own; unknown positions are blanked when it is taken up.</summary>
    /// <param name="step">What the step brought.</param>
    /// <param name="openAtStart">Positions that were unknown before the first step.</param>
    public static DecodingState After(DecodingStep step, int openAtStart)
    {
        ArgumentNullException.ThrowIfNull(step);
        return new DecodingState(step.Step, openAtStart, step.Tokens, [.. step.IsAccepted.Select(isAccepted => !isAccepted)], step.Confidence, []);
    }

    /// <summary>The state as bytes.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Magic);
        writer.Write(Step);
        writer.Write(OpenAtStart);
        writer.Write(Tokens.Length);
        Array.ForEach(Tokens, t => writer.Write((int)t));
        var bits = new byte[(IsUnknown.Length + 7) / 8];
        new BitArray(IsUnknown).CopyTo(bits, 0);
        writer.Write(bits);
        Array.ForEach(Confidence, writer.Write);
        writer.Write(Generator.Length);
        writer.Write(Generator);
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are no state, or not a whole one.</exception>
    public static DecodingState FromBytes(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            if (reader.ReadUInt32() != Magic)
            {
                throw new InvalidDataException("not the state of a decoding; decode from the start");
            }

            var (step, open, count) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            if (count < 0 || count > bytes.Length)
            {
                throw new InvalidDataException("the state of the decoding is damaged; decode from the start");
            }

            var tokens = Repeat(count, () => (long)reader.ReadInt32());
            var bits = new BitArray(reader.ReadBytes((count + 7) / 8)) { Length = count };
            var isUnknown = new bool[count];
            bits.CopyTo(isUnknown, 0);
            var confidence = Repeat(count, reader.ReadSingle);
            var generatorBytes = reader.ReadInt32();
            var generator = reader.ReadBytes(generatorBytes);
            return generator.Length == generatorBytes
                ? new DecodingState(step, open, tokens, isUnknown, confidence, generator)
                : throw new EndOfStreamException();
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("the state of the decoding is cut off; decode from the start", e);
        }
    }

    private static T[] Repeat<T>(int count, Func<T> read)
    {
        var values = new T[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = read();
        }

        return values;
    }
}
