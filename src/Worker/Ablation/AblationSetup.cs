using Magvit.Model;
using Magvit.Model.Training;

namespace Magvit.Worker.Ablation;

/// <summary>What an ablation is told.</summary>
internal sealed record AblationSetup
{
    /// <summary>A folder of class folders of videos, or a manifest.</summary>
    public required string Data { get; init; }

    /// <summary>Where runs, evaluations, <c>ablation.json</c> and <c>ablation.md</c> go.</summary>
    public required string Out { get; init; }

    /// <summary>The shapes of the networks.</summary>
    public required ModelPreset Preset { get; init; }

    /// <summary>The folder of a trained tokenizer; null trains one in <see cref="Out"/> first.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Steps of each tokenizer that is trained.</summary>
    public int TokenizerSteps { get; init; } = 2000;

    /// <summary>How each transformer is trained.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>What is compared.</summary>
    public AblationParts Parts { get; init; } = AblationParts.All;

    /// <summary>The shape of the tokenizers that begin from a 2D twin.</summary>
    public ModelPreset InflationPreset { get; init; } = ModelPreset.Named("tiny-paper-32");

    /// <summary>Which transformers.</summary>
    public IReadOnlyList<AblationVariant> Variants { get; init; } = AblationVariant.All;

    /// <summary>Clips of each fold of the evaluation.</summary>
    public int Samples { get; init; } = 32;

    /// <summary>Folds of the evaluation.</summary>
    public int Folds { get; init; } = 4;

    /// <summary>Steps of the classifier behind FD-own.</summary>
    public int ClassifierSteps { get; init; } = 2000;

    /// <summary>A folder of weights for LPIPS and the published Frechet distances.</summary>
    public string? Weights { get; init; }

    /// <summary>Everything that must be the same when an ablation goes on, in words.</summary>
    public string Identity => string.Join(", ", $"preset {Preset.Name}", $"{Options.Steps} steps", $"batch {Options.BatchSize}",
        FormattableString.Invariant($"rate {Options.PeakLearningRate}"), $"warm-up {Options.WarmupSteps}", $"seed {Options.Seed}",
        Tokenizer is null ? $"tokenizer of {TokenizerSteps} steps" : $"tokenizer {Checkpoint}",
        $"{InflationPreset.Name} for inflation in {TokenizerSteps} steps", $"{Samples} samples x {Folds} folds");

    private string Checkpoint => Model.Checkpoints.ModelFolder.Hash(Tokenizer!)[..12];
}
