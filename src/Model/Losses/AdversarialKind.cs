namespace Magvit.Model.Losses;

/// <summary>How logits of real and reconstructed clips become losses.</summary>
public enum AdversarialKind
{
    /// <summary>Softplus on both sides (spec §4.2), the paper's.</summary>
    NonSaturating,

    /// <summary>Margins of 1 for the discriminator, the bare logit for the generator; the official code's option.</summary>
    Hinge,
}
