using Magvit.Model.Masking;
using static TorchSharp.torch;

namespace Magvit.Model.Decoding;

/// <summary>What a sample is decoded from.</summary>
/// <param name="Prefix">Task and class tokens.</param>
/// <param name="ConditionTokens">z~, int64 [N]; ignored where <paramref name="TokenMask"/> is false.</param>
/// <param name="TokenMask">C, bool [N].</param>
/// <param name="MaskToken">The id of MASK.</param>
public sealed record DecodingInput(long[] Prefix, Tensor ConditionTokens, Tensor TokenMask, long MaskToken)
{
    /// <summary>Task and class tokens of a sample that is told nothing, which guidance steers away from.</summary>
    public long[]? UnconditionalPrefix { get; init; }

    /// <summary>How the network was trained to take its condition.</summary>
    public ConditionMode Conditioning { get; init; } = ConditionMode.Commit;

    /// <summary>Tokens that stay as they are; null decodes all.</summary>
    public KeptTokens? Kept { get; init; }
}
