using System.Globalization;
using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>Begins a deeper tokenizer where a shallower one ended: old blocks keep their place in their level, new ones after them change nothing yet.</summary>
public static class TokenizerGrowth
{
    /// <summary>Loads a tokenizer's weights into one with as many or more residual blocks a level; both then encode and decode alike.</summary>
    /// <param name="target">The tokenizer to begin.</param>
    /// <param name="source">Weights by name.</param>
    /// <param name="shape">
    /// The shape that they are of, which differs from the target's in <see cref="TokenizerConfig.ResidualBlocks"/> and <see cref="TokenizerConfig.DecoderResidualBlocks"/> alone.
    /// </param>
    /// <exception cref="ArgumentException">The weights are of another network, or of a deeper one.</exception>
    public static void Load(VideoTokenizer target, IReadOnlyDictionary<string, Tensor> source, TokenizerConfig shape)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(shape);
        Half[] halves =
        [
            new Half("encoder", shape.ResidualBlocks, target.Config.ResidualBlocks),
            new Half("decoder", shape.DecoderBlocks, target.Config.DecoderBlocks),
        ];
        if (halves.FirstOrDefault(half => half.To < half.From) is { Name: not null } shrunk)
        {
            throw new ArgumentException(
                $"{shrunk.Name}: {shrunk.From} residual blocks a level cannot become {shrunk.To}: its blocks keep their weights, and only new ones may be added", nameof(target));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var weights = source.ToDictionary(w => halves.Aggregate(w.Key, (name, half) => half.Moved(name)), w => w.Value);
        foreach (var (name, weight) in target.state_dict())
        {
            if (halves.Any(half => half.IsNew(name)))
            {
                // A block whose last convolution is zero adds nothing to its input; the other weights keep their random start.
                weights[name] = name.EndsWith(".conv2.weight", StringComparison.Ordinal) ? zeros_like(weight) : weight;
            }
        }

        target.load_state_dict(weights);
    }

    // The residual blocks of encoder or decoder, numbered through all levels.
    private readonly record struct Half(string Name, int From, int To)
    {
        private string Blocks => Name + ".blocks.";

        public string Moved(string name)
        {
            if (Index(name) is not { } index)
            {
                return name;
            }

            var (level, block) = Math.DivRem(index, From);
            return string.Create(CultureInfo.InvariantCulture, $"{Blocks}{level * To + block}{name[name.IndexOf('.', Blocks.Length)..]}");
        }

        public bool IsNew(string name) => Index(name) is { } index && index % To >= From;

        // The number of the block that a weight is of; null outside the blocks.
        private int? Index(string name) => name.StartsWith(Blocks, StringComparison.Ordinal)
            ? int.Parse(name.AsSpan(Blocks.Length, name.IndexOf('.', Blocks.Length) - Blocks.Length), CultureInfo.InvariantCulture)
            : null;
    }
}
