using Magvit.Model.Evaluation;
using Magvit.Model.Masking;
using Magvit.Model.Training;

namespace Magvit.Worker.Evaluation;

/// <summary>What an evaluation is told.</summary>
internal sealed record EvaluationSetup
{
    /// <summary>A folder with <c>tokenizer/</c> and maybe <c>transformer/</c>; null when <see cref="Tokenizer"/> is given.</summary>
    public string? Model { get; init; }

    /// <summary>The folder of a tokenizer.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>The folder of a transformer over that tokenizer.</summary>
    public string? Transformer { get; init; }

    /// <summary>A folder of class folders of videos, or a manifest.</summary>
    public required string Data { get; init; }

    /// <summary>Where report and samples go; the decoded clips go into <c>cache</c> beside it, as in training.</summary>
    public required string Out { get; init; }

    /// <summary>Which part of the data set.</summary>
    public EvaluationSplit Split { get; init; } = EvaluationSplit.HeldOut;

    /// <summary>Tasks to evaluate; null for the ten of the paper, as far as the model can do them.</summary>
    public IReadOnlyList<GenerationTask>? Tasks { get; init; }

    /// <summary>How much, and how clips are decoded.</summary>
    public EvaluationOptions Options { get; init; } = new();

    /// <summary>How windows are cut from clips.</summary>
    public ClipSampling Sampling { get; init; } = new() { RandomStart = true };

    /// <summary>A folder of weights of published networks.</summary>
    public string? Weights { get; init; }

    /// <summary>The file of the classifier: read when it is there, else trained and written there; null for one in <see cref="Out"/>.</summary>
    public string? Classifier { get; init; }

    /// <summary>How a classifier is trained.</summary>
    public ClipClassifierOptions ClassifierOptions { get; init; } = new();

    /// <summary>Clips for the codec yardstick; 0 measures none.</summary>
    public int CodecClips { get; init; } = 16;

    /// <summary>Samples on each sheet.</summary>
    public int SheetClips { get; init; } = 8;

    /// <summary>Clips on each sheet of those with the least confidence.</summary>
    public int WorstClips { get; init; } = 10;

    /// <summary>Whether everything is computed in float32.</summary>
    public bool Float32 { get; init; }
}
