namespace Magvit.Model.Masking;

/// <summary>The shape of the groups of tokens that tend to be masked together (spec §7, block masking; off, 1x1x1, in the paper's runs).</summary>
/// <param name="Frames">Token frames.</param>
/// <param name="Rows">Token rows.</param>
/// <param name="Columns">Token columns.</param>
public sealed record MaskBlock(int Frames, int Rows, int Columns)
{
    /// <summary>Every token by itself.</summary>
    public static MaskBlock Token { get; } = new(1, 1, 1);
}
