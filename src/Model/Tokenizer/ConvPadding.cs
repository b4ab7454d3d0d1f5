namespace Magvit.Model.Tokenizer;

/// <summary>What a 3x3x3 convolution sees outside the clip (spec §14: the paper says reflect, the official configs run with zero).</summary>
public enum ConvPadding
{
    /// <summary>Zeros, the official code's default.</summary>
    Zero,

    /// <summary>The neighbours mirrored at the edge, edge not repeated; the paper's choice.</summary>
    Reflect,
}
