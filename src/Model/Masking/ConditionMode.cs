namespace Magvit.Model.Masking;

/// <summary>How the condition reaches the transformer (spec §7; the others than <see cref="Commit"/> are the baselines of the paper's Tab. 5 and 6).</summary>
public enum ConditionMode
{
    /// <summary>COMMIT: z~ stands where MASK would and is refined like it (official: cond->input).</summary>
    Commit,

    /// <summary>MaskGIT's latent masking: z~ is pasted into the grid, never masked and never predicted (official: cond->cond).</summary>
    LatentMasking,

    /// <summary>The condition tokens and SEP stand before the grid (official: prefix).</summary>
    Prefix,
}
