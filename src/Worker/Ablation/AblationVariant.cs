using Magvit.Model.Masking;
using Magvit.Model.Training;
using Magvit.Model.Transformer;

namespace Magvit.Worker.Ablation;

/// <summary>One row of the paper's Tab. 4, 5 or 6: a transformer trained in another way, everything else equal.</summary>
/// <param name="Name">Its name on the command line and in folders.</param>
/// <param name="Title">What the paper calls it.</param>
/// <param name="Table">The paper's table.</param>
/// <param name="PaperFramePrediction">The paper's debiased FVD on BAIR frame prediction; null where it gives none.</param>
/// <param name="PaperAverage">Its average over the eight tasks; null where it gives none.</param>
internal sealed record AblationVariant(string Name, string Title, string Table, double? PaperFramePrediction, double? PaperAverage)
{
    /// <summary>The tasks trained on; null for the eight of BAIR.</summary>
    public GenerationTask? OnlyTask { get; init; }

    /// <summary>Changes the shape of the transformer.</summary>
    public Func<TransformerConfig, TransformerConfig> Shape { get; init; } = config => config;

    /// <summary>Which tokens count in the loss.</summary>
    public TokenRoles Weights { get; init; } = TokenRoles.All;

    /// <summary>Whether no sample is told its class.</summary>
    public bool IsUnconditional { get; init; }

    /// <summary>Whether it makes one token a pass, and is asked for frame prediction alone.</summary>
    public bool IsAutoregressive { get; init; }

    /// <summary>The paper's own: COMMIT with all parts of its loss, on all tasks.</summary>
    public static AblationVariant Commit { get; } = new("commit", "COMMIT: mask + recons + refine, multi-task", "5, 4", 48, 33);

    /// <summary>All variants (spec §11; BAIR, B).</summary>
    public static IReadOnlyList<AblationVariant> All { get; } =
    [
        new("latent-masking", "latent masking (MaskGIT)", "5", 74, 151)
        {
            Shape = config => config with { Conditioning = ConditionMode.LatentMasking },
            Weights = TokenRoles.Mask,
        },
        new("prefix", "prefix condition", "5", 55, null) { Shape = config => config with { Conditioning = ConditionMode.Prefix } },
        new("commit-mask", "COMMIT: mask loss only", "5", 388, 143) { Weights = TokenRoles.Mask },
        new("commit-mask-recons", "COMMIT: mask + recons", "5", 51, 53) { Weights = TokenRoles.Mask | TokenRoles.Reconstruct },
        Commit,
        new("single-unc", "single-task, unconditional", "4", 74.0, 150.6)
        {
            OnlyTask = GenerationTask.ClassConditional,
            IsUnconditional = true,
            Shape = config => config with { SpecialSlots = 1 },
        },
        new("single-fp", "single-task, frame prediction", "4", 47.7, 201.1)
        {
            OnlyTask = GenerationTask.FramePrediction,
            Shape = config => config with { SpecialSlots = 1 },
        },
        new("commit-patch-1", "COMMIT, one token a position, multi-task", "6", 48, 33) { Shape = OneTokenAPosition },
        new("single-fp-patch-1", "COMMIT, one token a position, frame prediction", "6", 47.7, null)
        {
            OnlyTask = GenerationTask.FramePrediction,
            Shape = config => OneTokenAPosition(config) with { SpecialSlots = 1 },
        },
        new("autoregressive", "autoregressive, a token a pass", "6", 56, null)
        {
            OnlyTask = GenerationTask.FramePrediction,
            IsAutoregressive = true,
            Shape = config => OneTokenAPosition(config) with
            {
                IsCausal = true,
                Conditioning = ConditionMode.Prefix,
                Segments = false,
            },
        },
    ];

    // As the paper's networks have it. Our small presets put a patch of tokens into a position: what one of them is does not reach the others of its patch within a step.
    private static TransformerConfig OneTokenAPosition(TransformerConfig config) => config with { TokenPatch = 1, EmbeddingWidth = config.Width };

    /// <summary>The variants of a comma-separated list of names.</summary>
    /// <exception cref="ArgumentException">There is no such variant; the message lists all.</exception>
    public static IReadOnlyList<AblationVariant> Parse(string names) =>
        [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => All.FirstOrDefault(v => v.Name == name)
            ?? throw new ArgumentException($"no variant {name}; there are {string.Join(", ", All.Select(v => v.Name))}"))];

    /// <summary>What it is trained on.</summary>
    public TaskMix Tasks(int seed) => OnlyTask is { } task ? TaskMix.Only(task) : TaskMix.Paper(hasClasses: false, seed);

    /// <summary>What it is asked to do: the eight tasks that are told no class, or frame prediction alone.</summary>
    public IReadOnlyList<GenerationTask> EvaluatedTasks => IsAutoregressive ? [GenerationTask.FramePrediction] : Eight;

    private static IReadOnlyList<GenerationTask> Eight { get; } =
        [.. GenerationTasks.All.Where(t => !t.NeedsClass() && t != GenerationTask.CustomMask)];
}
