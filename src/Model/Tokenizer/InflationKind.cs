namespace Magvit.Model.Tokenizer;

/// <summary>How a 2D kernel fills a 3D kernel of k slices in time (spec §5).</summary>
public enum InflationKind
{
    /// <summary>Zeros, with the 2D kernel as the middle slice: the network starts as the 2D network on every frame. The paper's.</summary>
    Central,

    /// <summary>Every slice is the 2D kernel over k.</summary>
    Average,
}
