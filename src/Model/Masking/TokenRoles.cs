namespace Magvit.Model.Masking;

/// <summary>What a token of a COMMIT training step is there for (spec §7); a set of them says which count in the loss (paper, Tab. 5).</summary>
[Flags]
public enum TokenRoles
{
    /// <summary>No token.</summary>
    None = 0,

    /// <summary>Shows MASK: made from nothing.</summary>
    Mask = 1,

    /// <summary>Shows its condition token z~: turned into the real one.</summary>
    Refine = 2,

    /// <summary>Shows itself: said again.</summary>
    Reconstruct = 4,

    /// <summary>mask+refine+recons, the paper's.</summary>
    All = Mask | Refine | Reconstruct,
}
