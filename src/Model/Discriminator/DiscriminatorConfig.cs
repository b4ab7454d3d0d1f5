using Magvit.Model.Tokenizer;

namespace Magvit.Model.Discriminator;

/// <summary>Everything that fixes a discriminator's shape (spec §4.1).</summary>
public sealed record DiscriminatorConfig
{
    private const int SmallestSide = 4;

    /// <summary>T, frames of a clip.</summary>
    public int Frames { get; init; } = 16;

    /// <summary>H, pixels.</summary>
    public required int Height { get; init; }

    /// <summary>W, pixels.</summary>
    public required int Width { get; init; }

    /// <summary>f, channels of the first layer.</summary>
    public required int BaseChannels { get; init; }

    /// <summary>Channels after each block as multiples of <see cref="BaseChannels"/>; every block halves all axes.</summary>
    public required IReadOnlyList<int> ChannelMultipliers { get; init; }

    /// <summary>Kernel size along time of all convolutions wider than 1; 1 makes the network the 2D twin (spec §5).</summary>
    public int KernelFrames { get; init; } = 3;

    /// <summary>
    /// The discriminator that goes with a tokenizer: its f, and blocks down to 4 pixels on the smaller side (spec §1: multipliers 2, 4, 4, 4 at 64 pixels,
    /// one more 4 at 128). Beside a tokenizer that folds pixels into channels, which is ours and not the paper's, f is 32.
    /// </summary>
    public static DiscriminatorConfig For(TokenizerConfig tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var multipliers = new List<int> { 2 };
        for (var side = Math.Min(tokenizer.Height, tokenizer.Width) / 2; side > SmallestSide; side = (side + 1) / 2)
        {
            multipliers.Add(4);
        }

        return new DiscriminatorConfig
        {
            Frames = tokenizer.Frames,
            Height = tokenizer.Height,
            Width = tokenizer.Width,
            BaseChannels = tokenizer.StemPatch == 1 ? tokenizer.BaseChannels : 32,
            ChannelMultipliers = multipliers,
            KernelFrames = tokenizer.KernelFrames,
        };
    }
}
