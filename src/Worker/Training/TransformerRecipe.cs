using Magvit.Model.Training;
using Magvit.Model.Transformer;

namespace Magvit.Worker.Training;

/// <summary>What stage 2 is told beyond what both stages are.</summary>
internal sealed record TransformerRecipe
{
    /// <summary>The folder of the trained tokenizer: model.json and model.safetensors.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>Which tasks, and how often each.</summary>
    public required TaskMix Tasks { get; init; }

    /// <summary>Masking and loss.</summary>
    public CommitOptions Commit { get; init; } = new();

    /// <summary>A file of tokens that <c>tokenize --training</c> made; null encodes the clips.</summary>
    public string? Tokens { get; init; }

    /// <summary>Makes such a file beside the decoded clips when there is none, and uses it.</summary>
    public bool CachesTokens { get; init; }

    /// <summary>The folder of a trained transformer of the same shape to begin with; null begins with random weights.</summary>
    public string? From { get; init; }

    /// <summary>Changes the preset's shape, such as how the condition reaches the network; null takes it as it is.</summary>
    public Func<TransformerConfig, TransformerConfig>? Shape { get; init; }
}
