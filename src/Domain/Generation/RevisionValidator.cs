using System.Globalization;
using Magvit.Domain.Decoding;
using Magvit.Domain.Models;

namespace Magvit.Domain.Generation;

/// <summary>Finds everything that is wrong with a <see cref="Revision"/>, in one go.</summary>
public static class RevisionValidator
{
    /// <summary>Checks a revision.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="history">The steps of the clip; <see langword="null"/> when they were not kept, or are gone.</param>
    /// <param name="modelName">The model that made the clip.</param>
    /// <param name="model">The installed model of that name, or <see langword="null"/>.</param>
    /// <returns>All problems; none when the revision can run.</returns>
    public static IReadOnlyList<GenerationProblem> Validate(Revision revision, DecodingHistory? history, string? modelName, InstalledModel? model)
    {
        if (history is not { IsWhole: true })
        {
            return [Problem("parent", "The decoding steps of this clip were not kept, or are gone. Generate it again with its seed, then change that one.")];
        }

        return [.. ModelProblems(history, modelName, model), .. revision.Step is null ? CellProblems(revision, history) : StepProblems(revision, history)];
    }

    private static IEnumerable<GenerationProblem> ModelProblems(DecodingHistory history, string? modelName, InstalledModel? model)
    {
        if (model is null)
        {
            yield return Problem("parent", $"The model {modelName} that made this clip is not installed any more. Install it again to go on from the clip.");
        }
        else if (model.ModelHash != history.ModelHash || model.TokenizerHash != history.TokenizerHash)
        {
            yield return Problem("parent",
                $"This clip was made by another version of {model.Name} than is installed now, and its tokens mean something else there. Generate it again, then change that one.");
        }
        else if (model.TokenGrid != history.Grid)
        {
            yield return Problem("parent",
                $"This clip has a grid of {Words(history.Grid)} cells, the model {model.Name} one of {Words(model.TokenGrid)}. Generate it again, then change that one.");
        }
    }

    private static IEnumerable<GenerationProblem> StepProblems(Revision revision, DecodingHistory history)
    {
        if (revision.Cells is not null || revision.Weakest is not null || revision.Locked is not null)
        {
            yield return Problem("step", "Either branch from a step or decode cells again, not both at once.");
        }

        if (revision.KeepPixels)
        {
            yield return Problem("keepPixels", "Pixels can be kept where no cell is decoded again; a branch decides cells all over the clip. Leave keepPixels out.");
        }

        if (revision.Step < 1 || revision.Step >= history.StepCount)
        {
            yield return Problem("step", history.StepCount == 1
                ? "This clip was made in one step; there is none to branch from."
                : $"step must be from 1 to {history.StepCount - 1}, got {revision.Step}: after the last one nothing is left to decide.");
        }

        if (revision.Steps is { } steps && steps != history.StepCount)
        {
            yield return Problem("steps", $"A branch has as many steps as its parent, {history.StepCount}; leave steps out.");
        }
    }

    private static IEnumerable<GenerationProblem> CellProblems(Revision revision, DecodingHistory history)
    {
        var isWeakestRight = revision.Weakest is null or (> 0 and <= 1);
        if (!isWeakestRight)
        {
            yield return Problem("weakest", string.Create(CultureInfo.InvariantCulture, $"weakest must be above 0 and at most 1, the share of cells, got {revision.Weakest}."));
        }

        var areCellsRight = true;
        foreach (var (field, cells) in new[] { ("cells", revision.Cells), ("locked", revision.Locked) })
        {
            if (cells is { Count: > 0 } && cells.Positions[^1] >= history.Grid.Count)
            {
                areCellsRight = false;
                yield return Problem(field, $"This clip has {Words(history.Grid)} cells, numbered 0 to {history.Grid.Count - 1}; there is no cell {cells.Positions[^1]}.");
            }
        }

        if (areCellsRight && isWeakestRight && revision.CellsOf(history).Count == 0)
        {
            yield return Problem("cells", revision.Locked is { Count: > 0 }
                ? "Every cell is locked, nothing is left to decode. Unlock some."
                : "Choose what to decode again: some cells, a share of the weakest, or all but the locked ones.");
        }
    }

    private static string Words(TokenGrid grid) => $"{grid.Frames} × {grid.Height} × {grid.Width}";

    private static GenerationProblem Problem(string field, string message) => new(field, message, []);
}
