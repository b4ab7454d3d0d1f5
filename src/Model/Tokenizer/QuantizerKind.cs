namespace Magvit.Model.Tokenizer;

/// <summary>How latent vectors become token ids.</summary>
public enum QuantizerKind
{
    /// <summary>Nearest codeword of a learned codebook (spec §3), the paper's.</summary>
    Vq,

    /// <summary>Finite scalar quantization (spec §13.2; arXiv 2309.15505).</summary>
    Fsq,

    /// <summary>Lookup-free quantization by signs (spec §13.1; arXiv 2310.05737).</summary>
    Lfq,
}
