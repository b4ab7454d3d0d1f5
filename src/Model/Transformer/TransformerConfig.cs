using System.Text.Json.Serialization;

namespace Magvit.Model.Transformer;

/// <summary>Everything that fixes a masked transformer's shape (spec §6).</summary>
public sealed record TransformerConfig
{
    /// <summary>Number of layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads per layer.</summary>
    public required int Heads { get; init; }

    /// <summary>d, width of the residual stream.</summary>
    public required int Width { get; init; }

    /// <summary>m, width of the MLP.</summary>
    public required int MlpWidth { get; init; }

    /// <summary>Token rows and columns that share one sequence position; 1 is the paper's, 2 makes the sequence four times shorter.</summary>
    public int TokenPatch { get; init; } = 1;

    /// <summary>Width of a token's embedding; <see cref="Width"/> when <see cref="TokenPatch"/> is 1.</summary>
    public int EmbeddingWidth { get; init; }

    /// <summary>Whether condition tokens carry a segment embedding of their own (spec §6.2: implemented in the official code, off in the paper).</summary>
    public bool Segments { get; init; }

    /// <summary>Dropout of hidden states and attention.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>K, visual codes.</summary>
    public required int Codes { get; init; }

    /// <summary>C, classes; 0 for none.</summary>
    public required int Classes { get; init; }

    /// <summary>Slots for special tokens at the end of the vocabulary.</summary>
    public int SpecialSlots { get; init; } = 16;

    /// <summary>lt, token grid in time.</summary>
    public int LatentFrames { get; init; } = 4;

    /// <summary>lh, token rows.</summary>
    public int LatentHeight { get; init; } = 16;

    /// <summary>lw, token columns.</summary>
    public int LatentWidth { get; init; } = 16;

    /// <summary>The ids of its embedding table.</summary>
    [JsonIgnore]
    public Vocabulary Vocabulary => new(Codes, Classes, SpecialSlots);

    /// <summary>N, visual tokens.</summary>
    [JsonIgnore]
    public int TokenCount => LatentFrames * LatentHeight * LatentWidth;

    /// <summary>Visual positions: tokens over the square of <see cref="TokenPatch"/>.</summary>
    [JsonIgnore]
    public int PositionCount => TokenCount / (TokenPatch * TokenPatch);

    /// <summary>S, sequence length: task token, class token, visual positions.</summary>
    [JsonIgnore]
    public int SequenceLength => 2 + PositionCount;
}
