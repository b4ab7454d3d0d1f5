using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Magvit.Domain.Assets;
using Magvit.Domain.Models;

namespace Magvit.Domain.Decoding;

/// <summary>The file of a <see cref="DecodingHistory"/> (docs/decoding-steps.md): little-endian, and of each step only what it decided anew.</summary>
public static class DecodingHistoryFile
{
    /// <summary>The largest file that is read; clips of today's presets take below 100 kB.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>The four bytes that every file begins with.</summary>
    public static ReadOnlySpan<byte> Signature => "MGST"u8;

    private const ushort Version = 1;
    private const int HashBytes = ContentHash.Length / 2;

    /// <summary>Writes a history.</summary>
    /// <param name="history">The history.</param>
    /// <returns>The bytes of the file; the same history always gives the same.</returns>
    public static byte[] Write(DecodingHistory history)
    {
        var count = history.Grid.Count;
        if (history.IsGiven.Count != count || history.Steps.Count == 0
            || history.Steps.Any(s => s.Tokens.Count != count || s.Confidence.Count != count || s.IsAccepted.Count != count))
        {
            throw new ArgumentException($"history: expected at least one step, and {count} cells in every step", nameof(history));
        }

        var isWide = history.Steps.Any(step => step.Tokens.Any(token => token > ushort.MaxValue));
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Signature);
        writer.Write(Version);
        writer.Write((byte)(isWide ? 4 : 2));
        writer.Write(history.ModelHash);
        writer.Write(history.TokenizerHash);
        foreach (var size in new[] { history.Grid.Frames, history.Grid.Height, history.Grid.Width, history.StepCount, history.Steps.Count })
        {
            writer.Write(checked((ushort)size));
        }

        WriteBits(writer, history.IsGiven);
        WriteCells(writer, history.Steps[0], Where(history.IsGiven, true), isWide);
        var decided = history.IsGiven;
        foreach (var step in history.Steps)
        {
            writer.Write(step.Preview is not null);
            writer.Write(step.Preview is null ? [] : Convert.FromHexString(step.Preview.Value));
            WriteCells(writer, step, Where(decided, false), isWide);
            WriteBits(writer, step.IsAccepted);
            decided = step.IsAccepted;
        }

        return stream.ToArray();
    }

    /// <summary>Reads a file, if it is one.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="history">The history, when the answer is <see langword="true"/>.</param>
    /// <returns>Whether the bytes are a whole file of a version that this code knows.</returns>
    public static bool TryRead(byte[] bytes, [NotNullWhen(true)] out DecodingHistory? history)
    {
        try
        {
            using var stream = new MemoryStream(bytes);
            using var reader = new BinaryReader(stream);
            history = Read(reader);
            return stream.Position == stream.Length;
        }
        catch (Exception unreadable) when (unreadable is IOException or InvalidDataException or FormatException)
        {
            history = null;
            return false;
        }
    }

    /// <summary>Reads a file out of the artifact store.</summary>
    /// <param name="artifacts">The store.</param>
    /// <param name="hash">The file.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The history, or <see langword="null"/> when the file is gone or cannot be read.</returns>
    public static async Task<DecodingHistory?> FindAsync(IArtifactStore artifacts, ContentHash hash, CancellationToken cancellationToken)
    {
        await using var content = await artifacts.OpenReadAsync(hash, cancellationToken);
        if (content is null || content.Length > MaxBytes)
        {
            return null;
        }

        var bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, cancellationToken);
        return TryRead(bytes, out var history) ? history : null;
    }

    private static DecodingHistory Read(BinaryReader reader)
    {
        Require(reader.ReadBytes(Signature.Length).AsSpan().SequenceEqual(Signature) && reader.ReadUInt16() == Version);
        var width = reader.ReadByte();
        Require(width is 2 or 4);
        var (model, tokenizer) = (reader.ReadString(), reader.ReadString());
        var grid = new TokenGrid(reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadUInt16());
        var (stepCount, recorded) = (reader.ReadUInt16(), reader.ReadUInt16());
        Require((long)grid.Frames * grid.Height * grid.Width is > 0 and <= TokenCells.MaxPosition + 1 && recorded > 0 && recorded <= stepCount);

        var isGiven = ReadBits(reader, grid.Count);
        var (tokens, confidence) = (new int[grid.Count], new float[grid.Count]);
        ReadCells(reader, tokens, confidence, Where(isGiven, true), width);
        var decided = isGiven;
        var steps = new List<DecodedStep>();
        for (var step = 1; step <= recorded; step++)
        {
            var preview = reader.ReadBoolean() ? ContentHash.FromDigest(Exactly(reader, HashBytes)) : null;
            (tokens, confidence) = ([.. tokens], [.. confidence]);
            ReadCells(reader, tokens, confidence, Where(decided, false), width);
            decided = ReadBits(reader, grid.Count);
            steps.Add(new DecodedStep(step, tokens, confidence, decided, preview));
        }

        return new DecodingHistory
        {
            ModelHash = model,
            TokenizerHash = tokenizer,
            Grid = grid,
            StepCount = stepCount,
            IsGiven = isGiven,
            Steps = steps,
        };
    }

    private static int[] Where(IReadOnlyList<bool> marks, bool value) => [.. Enumerable.Range(0, marks.Count).Where(i => marks[i] == value)];

    private static void WriteCells(BinaryWriter writer, DecodedStep step, int[] cells, bool isWide)
    {
        foreach (var cell in cells)
        {
            if (isWide)
            {
                writer.Write(step.Tokens[cell]);
            }
            else
            {
                writer.Write((ushort)step.Tokens[cell]);
            }
        }

        foreach (var cell in cells)
        {
            writer.Write((ushort)Math.Round(Math.Clamp(step.Confidence[cell], 0f, 1f) * ushort.MaxValue));
        }
    }

    private static void ReadCells(BinaryReader reader, int[] tokens, float[] confidence, int[] cells, int width)
    {
        foreach (var cell in cells)
        {
            tokens[cell] = width == 4 ? reader.ReadInt32() : reader.ReadUInt16();
        }

        foreach (var cell in cells)
        {
            confidence[cell] = reader.ReadUInt16() / (float)ushort.MaxValue;
        }
    }

    private static void WriteBits(BinaryWriter writer, IReadOnlyList<bool> marks)
    {
        var bytes = new byte[(marks.Count + 7) / 8];
        new BitArray([.. marks]).CopyTo(bytes, 0);
        writer.Write(bytes);
    }

    private static bool[] ReadBits(BinaryReader reader, int count)
    {
        var bits = new BitArray(Exactly(reader, (count + 7) / 8)) { Length = count };
        var marks = new bool[count];
        bits.CopyTo(marks, 0);
        return marks;
    }

    private static byte[] Exactly(BinaryReader reader, int count)
    {
        var bytes = reader.ReadBytes(count);
        Require(bytes.Length == count);
        return bytes;
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidDataException("not a file of decoding steps, or not a whole one");
        }
    }
}
