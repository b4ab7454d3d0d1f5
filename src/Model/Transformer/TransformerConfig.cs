using System.Text.Json.Serialization;
using Magvit.Model.Masking;

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

    /// <summary>How the condition reaches the network; all but COMMIT are baselines (spec §7, §11).</summary>
    public ConditionMode Conditioning { get; init; } = ConditionMode.Commit;

    /// <summary>Whether a position sees only those before it: the autoregressive baseline, which makes one token a pass (spec §7, §11).</summary>
    public bool IsCausal { get; init; }

    /// <summary>Dropout of hidden states and attention.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>K, visual codes.</summary>
    public required int Codes { get; init; }

    /// <summary>C, classes; 0 for none.</summary>
    public required int Classes { get; init; }

    /// <summary>Slots for special tokens at the end of the vocabulary: 16, or 1 (MASK) or 2 (MASK, SEP) in single-task models, whose sequences have no task token.</summary>
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

    /// <summary>S, rows of the position table: task token, class token, visual positions; with a condition prefix also one for each cell, and SEP.</summary>
    [JsonIgnore]
    public int SequenceLength => Vocabulary.PrefixLength + PositionCount + (Conditioning == ConditionMode.Prefix ? TokenCount + 1 : 0);

    /// <summary>Whether every product sums over a multiple of so many features: of 2 for pairs of bfloat16 numbers, of 4 for bytes.</summary>
    public bool HasWidthsOf(int numbers) => Width % numbers == 0 && Width / Heads % 2 == 0 && MlpWidth % numbers == 0 && EmbeddingWidth % 2 == 0;

    /// <summary>The same network with a table of V rows and sequences of S positions, such as 1127 and 1025 for the official single-task model of UCF-101 (spec §6).</summary>
    /// <param name="vocabulary">V.</param>
    /// <param name="sequence">S: one more than there are visual positions for a single-task model, two more for a multi-task one.</param>
    /// <exception cref="ArgumentOutOfRangeException">No network of these codes and this grid has them; the message says which are possible.</exception>
    public TransformerConfig WithTable(int vocabulary, int sequence)
    {
        var slots = (sequence - PositionCount) switch
        {
            1 => 1,
            2 => 16,
            _ => throw new ArgumentOutOfRangeException(
                nameof(sequence), sequence, $"sequence: expected {PositionCount + 1} (single-task) or {PositionCount + 2} (multi-task)"),
        };
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, Codes + 1 + slots);
        return this with { SpecialSlots = slots, Classes = vocabulary - Codes - 1 - slots };
    }

    /// <summary>Checks that the numbers fit each other.</summary>
    /// <exception cref="ArgumentException">They do not; the message lists every fault.</exception>
    public void Validate()
    {
        var faults = new List<string>();
        void Check(bool isRight, string fault)
        {
            if (!isRight)
            {
                faults.Add(fault);
            }
        }

        Check(Layers >= 0 && Heads > 0 && Width > 0 && MlpWidth > 0, "layers, heads and widths must be above 0");
        Check(Heads > 0 && Width % Heads == 0, $"width {Width} is not divisible by {Heads} heads");
        Check(Codes > 0 && Classes >= 0, $"codes: expected 1 or more, got {Codes}; classes: expected 0 or more, got {Classes}");
        Check(LatentFrames > 0 && LatentHeight > 0 && LatentWidth > 0, $"token grid {LatentFrames}x{LatentHeight}x{LatentWidth} is empty");
        Check(TokenPatch > 0 && LatentHeight % TokenPatch == 0 && LatentWidth % TokenPatch == 0,
            $"token grid {LatentHeight}x{LatentWidth} is not divisible by patches of {TokenPatch}");
        Check(TokenPatch > 1 || EmbeddingWidth == Width, $"embedding width {EmbeddingWidth} must be the width {Width} when tokens are not patched");
        Check(SpecialSlots is 1 or 2 || SpecialSlots >= Vocabulary.MultiTaskSlots,
            $"special slots: expected 1, 2, or at least {Vocabulary.MultiTaskSlots} for task tokens, got {SpecialSlots}");
        Check(Conditioning != ConditionMode.Prefix || SpecialSlots > 1, "a condition prefix needs a SEP token: two special slots or more");
        Check(!IsCausal || (TokenPatch == 1 && !Segments && Conditioning == ConditionMode.Prefix),
            "an autoregressive network needs token patches of 1, a condition prefix, and no segments");
        Check(Dropout is >= 0 and < 1, $"dropout: expected 0 to below 1, got {Dropout}");
        if (faults.Count > 0)
        {
            throw new ArgumentException("transformer: " + string.Join("; ", faults));
        }
    }
}
