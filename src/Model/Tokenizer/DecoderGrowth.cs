using System.Globalization;
using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>Begins a deeper decoder where a shallower one ended: old blocks keep their place in their level, new ones after them change nothing yet.</summary>
public static class DecoderGrowth
{
    private const string Blocks = "decoder.blocks.";

    /// <summary>Loads a tokenizer's weights into one whose decoder has as many or more residual blocks; both then decode alike.</summary>
    /// <param name="target">The tokenizer to begin.</param>
    /// <param name="source">Weights by name, of a tokenizer that differs in <see cref="TokenizerConfig.DecoderResidualBlocks"/> alone.</param>
    /// <param name="sourceBlocks">The residual blocks of each level of its decoder.</param>
    /// <exception cref="ArgumentException">The weights are of another network, or of a deeper one.</exception>
    public static void Load(VideoTokenizer target, IReadOnlyDictionary<string, Tensor> source, int sourceBlocks)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(source);
        var targetBlocks = target.Config.DecoderBlocks;
        if (targetBlocks < sourceBlocks)
        {
            throw new ArgumentException(
                $"decoder: {sourceBlocks} residual blocks a level cannot become {targetBlocks}: its blocks keep their weights, and only new ones may be added", nameof(target));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var weights = source.ToDictionary(w => Moved(w.Key, sourceBlocks, targetBlocks), w => w.Value);
        foreach (var (name, weight) in target.state_dict())
        {
            if (IsNew(name, sourceBlocks, targetBlocks))
            {
                // A block whose last convolution is zero adds nothing to its input; the other weights keep their random start.
                weights[name] = name.EndsWith(".conv2.weight", StringComparison.Ordinal) ? zeros_like(weight) : weight;
            }
        }

        target.load_state_dict(weights);
    }

    private static string Moved(string name, int from, int to)
    {
        if (Index(name) is not { } index)
        {
            return name;
        }

        var (level, block) = Math.DivRem(index, from);
        return string.Create(CultureInfo.InvariantCulture, $"{Blocks}{level * to + block}{name[name.IndexOf('.', Blocks.Length)..]}");
    }

    private static bool IsNew(string name, int from, int to) => Index(name) is { } index && index % to >= from;

    // The number of the decoder's block that a weight is of; null outside the blocks.
    private static int? Index(string name) => name.StartsWith(Blocks, StringComparison.Ordinal)
        ? int.Parse(name.AsSpan(Blocks.Length, name.IndexOf('.', Blocks.Length) - Blocks.Length), CultureInfo.InvariantCulture)
        : null;
}
