namespace Magvit.Model.Transformer;

/// <summary>The paper's transformer sizes (spec §6).</summary>
public enum TransformerSize
{
    /// <summary>Ti: 12 layers, 3 heads, width 192.</summary>
    Tiny,

    /// <summary>S: 12 layers, 6 heads, width 384.</summary>
    Small,

    /// <summary>B: 12 layers, 12 heads, width 768; 87 M parameters.</summary>
    Base,

    /// <summary>L: 24 layers, 16 heads, width 1024; 306 M parameters.</summary>
    Large,

    /// <summary>H: 32 layers, 16 heads, width 1280; 634 M parameters.</summary>
    Huge,
}
