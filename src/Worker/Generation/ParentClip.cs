using Magvit.Domain.Assets;
using Magvit.Domain.Decoding;
using Magvit.Domain.Generation;
using Magvit.Domain.Models;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Worker.Jobs;

namespace Magvit.Worker.Generation;

/// <summary>The finished clip that a request goes on from.</summary>
/// <param name="Asset">The clip.</param>
/// <param name="Link">What is taken from it.</param>
/// <param name="History">Its decoding steps.</param>
internal sealed record ParentClip(Asset Asset, GenerationParent Link, DecodingHistory History)
{
    /// <summary>The tokens that stay as they are; null for a branch, whose state says it.</summary>
    public KeptTokens? Kept => Link.Cells is { } cells ? KeptTokens.AllBut(ToInt64(History.Last.Tokens), cells.Positions) : null;

    /// <summary>Where a branch takes off; null when cells are decoded again.</summary>
    public DecodingState? State => Link.Step is { } step ? DecodingState.After(ToStep(History.Steps[step - 1]), History.OpenAtStart) : null;

    /// <summary>What the recipe of a clip that goes on from this one says.</summary>
    public RecipeParent ToRecipe() => new(Asset.Sha256, Link.StepsSha256, Link.Step, Link.Cells, Link.KeepPixels);

    /// <summary>Checks that the model is the one that made the clip, and that what is asked for exists.</summary>
    /// <exception cref="JobRefusedException">It is not; the message says what to do.</exception>
    public ParentClip CheckedFor(VideoGenerator generator)
    {
        var geometry = generator.Geometry;
        if (History.ModelHash != generator.Hash || History.TokenizerHash != generator.TokenizerHash)
        {
            throw new JobRefusedException("The clip to go on from was made by another version of the model than this worker has. Generate it again, then change that one.");
        }

        if (History.Grid != new TokenGrid(geometry.LatentFrames, geometry.LatentHeight, geometry.LatentWidth))
        {
            throw new JobRefusedException("The clip to go on from has another token grid than the model. Generate it again, then change that one.");
        }

        if (Link.Step is { } step ? step < 1 || step >= History.Steps.Count : Link.Cells is not { Count: > 0 } cells || cells.Positions[^1] >= History.Grid.Count)
        {
            throw new JobRefusedException("What shall be decoded again is not in the stored steps of the clip. Choose it anew in the Studio.");
        }

        return this;
    }

    private DecodingStep ToStep(DecodedStep step) => new(step.Step, History.StepCount, ToInt64(step.Tokens), [.. step.Confidence], [.. step.IsAccepted]);

    private static long[] ToInt64(IReadOnlyList<int> tokens) => [.. tokens.Select(token => (long)token)];
}
