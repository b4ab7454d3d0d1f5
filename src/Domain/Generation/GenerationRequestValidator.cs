using System.Globalization;
using Magvit.Domain.Models;

namespace Magvit.Domain.Generation;

/// <summary>Finds everything that is wrong with a request, in one go.</summary>
public static class GenerationRequestValidator
{
    /// <summary>Sides may be off by a fiftieth, as when odd sizes were made even.</summary>
    private const int MaskShapeTolerance = 50;

    /// <summary>Checks a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="context">Installed models and the assets that the request names.</param>
    /// <returns>All problems; none when the request can run.</returns>
    public static IReadOnlyList<GenerationProblem> Validate(GenerationRequest request, GenerationContext context)
    {
        if (!Enum.IsDefined(request.Task))
        {
            return [GenerationTaskCatalog.UnknownTask(request.Task.ToString())];
        }

        var task = GenerationTaskCatalog.Get(request.Task);
        return
        [
            .. ModelProblems(request, task, context),
            .. InputProblems(request, task, context),
            .. MaskProblems(request, task, context),
            .. NumberProblems(request),
            .. GenerationSizeRules.Problems(request, context),
        ];
    }

    private static IEnumerable<GenerationProblem> ModelProblems(GenerationRequest request, GenerationTaskInfo task, GenerationContext context)
    {
        if (context.Models.Count == 0)
        {
            yield return Problem("model", "No model is installed. Start a worker that has one, or train your own.");
            yield break;
        }

        if (context.ModelFor(request) is not { } model)
        {
            string[] allowed = [.. context.Models.Where(m => m.Tasks.Contains(request.Task)).Select(m => m.Name)];
            yield return request.Model is { } name
                ? Problem("model", $"There is no model '{name}'. Choose one of: {List(allowed)}.", allowed)
                : Problem("task", $"No installed model can do {task.Name}.");
            yield break;
        }

        if (!model.Tasks.Contains(request.Task))
        {
            string[] allowed = [.. GenerationTaskCatalog.All.Where(info => model.Tasks.Contains(info.Task)).Select(info => info.Name)];
            yield return Problem("task", $"The model {model.Name} cannot do {task.Name}. It can do: {List(allowed)}.", allowed);
        }

        if (ClassProblem(request, task, model) is { } problem)
        {
            yield return problem;
        }
    }

    private static GenerationProblem? ClassProblem(GenerationRequest request, GenerationTaskInfo task, ModelCapabilities model)
    {
        var mayHaveClass = task.NeedsClass || task.NeedsMask;
        if (string.IsNullOrEmpty(request.ClassName))
        {
            return task.NeedsClass
                ? Problem("className", $"{task.Title} needs a class. Choose one of: {List(model.ClassNames)}.", model.ClassNames)
                : null;
        }

        return mayHaveClass && !model.ClassNames.Contains(request.ClassName, StringComparer.Ordinal)
            ? Problem("className", $"The model {model.Name} knows no class '{request.ClassName}'. Choose one of: {List(model.ClassNames)}.", model.ClassNames)
            : null;
    }

    private static IEnumerable<GenerationProblem> InputProblems(GenerationRequest request, GenerationTaskInfo task, GenerationContext context)
    {
        if (!task.NeedsInput)
        {
            yield break;
        }

        if (request.InputAssetId is null)
        {
            yield return Problem("input", $"{task.Title} needs a clip. Upload a video or images first, then name it as input.");
        }
        else if (context.Input is null)
        {
            yield return Problem("input", $"There is no clip {request.InputAssetId} in this workspace.");
        }
        else if (request.InputStart < 0 || request.InputStart >= context.Input.Frames)
        {
            yield return OutOfRange("inputStart", request.InputStart, 0, context.Input.Frames - 1);
        }

        if (request.InputStride is < 1 or > GenerationLimits.MaxInputStride)
        {
            yield return OutOfRange("inputStride", request.InputStride, 1, GenerationLimits.MaxInputStride);
        }
    }

    private static IEnumerable<GenerationProblem> MaskProblems(GenerationRequest request, GenerationTaskInfo task, GenerationContext context)
    {
        if (!task.NeedsMask)
        {
            yield break;
        }

        if (request.MaskAssetId is null)
        {
            yield return Problem("mask", $"{task.Title} needs a mask: white where the model shall generate, black where the clip stays.");
        }
        else if (context.Mask is null)
        {
            yield return Problem("mask", $"There is no mask {request.MaskAssetId} in this workspace.");
        }
        else if (context.ModelFor(request) is { } model
            && MaskFitProblem(context.Mask, GenerationSize.Of(request, model.Frames, model.Height, model.Width)) is { } problem)
        {
            yield return problem;
        }
    }

    /// <summary>A mask is scaled to the result, but not bent to another shape, and its last frame is not drawn out over those that it lacks.</summary>
    private static GenerationProblem? MaskFitProblem(AssetFacts mask, GenerationSize size)
    {
        if (Math.Abs(((long)mask.Width * size.Height) - ((long)mask.Height * size.Width)) * MaskShapeTolerance > (long)mask.Width * size.Height)
        {
            return Problem(
                "mask",
                $"The mask is {mask.Width} x {mask.Height}, and the result is {size.Width} x {size.Height}. Send it in that shape, or import it in the Studio, which fits it.");
        }

        return mask.Frames > 1 && mask.Frames < size.Frames
            ? Problem("mask", $"The mask has {mask.Frames} frames, and the result has {size.Frames}. Send one picture for all frames, or one for each.")
            : null;
    }

    private static IEnumerable<GenerationProblem> NumberProblems(GenerationRequest request)
    {
        if (request.Seed is < 0 or > GenerationLimits.MaxSeed)
        {
            yield return OutOfRange("seed", request.Seed.Value, 0, GenerationLimits.MaxSeed);
        }

        if (request.Steps is < 1 or > GenerationLimits.MaxSteps)
        {
            yield return OutOfRange("steps", request.Steps, 1, GenerationLimits.MaxSteps);
        }

        // "not (in range)" rather than "out of range", so that NaN is refused too.
        if (request.Temperature is not (>= 0 and <= GenerationLimits.MaxTemperature))
        {
            yield return OutOfRange("temperature", request.Temperature, 0, GenerationLimits.MaxTemperature);
        }

        if (request.Guidance is { } guidance and not (>= 0 and <= GenerationLimits.MaxGuidance))
        {
            yield return OutOfRange("guidance", guidance, 0, GenerationLimits.MaxGuidance);
        }

        if (request.Samples is < 1 or > GenerationLimits.MaxSamples)
        {
            yield return OutOfRange("samples", request.Samples, 1, GenerationLimits.MaxSamples);
        }

        if (request.TopK is < 1 or > GenerationLimits.MaxTopK)
        {
            yield return OutOfRange("topK", request.TopK.Value, 1, GenerationLimits.MaxTopK);
        }

        if (request.TopP is not (null or (> 0 and <= 1)))
        {
            yield return OutOfRange("topP", request.TopP.Value, 0, 1);
        }
        else if (request is { TopK: not null, TopP: not null })
        {
            yield return Problem("topP", "topK and topP exclude each other; leave one out.");
        }

        if (!GenerationSchedules.All.Contains(request.Schedule, StringComparer.Ordinal))
        {
            var allowed = GenerationSchedules.All;
            yield return Problem("schedule", $"There is no schedule '{request.Schedule}'. Choose one of: {List(allowed)}.", allowed);
        }
    }

    internal static GenerationProblem OutOfRange(string field, double actual, double least, double most)
        => Problem(field, string.Create(CultureInfo.InvariantCulture, $"{field} must be from {least} to {most}, got {actual}."));

    internal static GenerationProblem Problem(string field, string message, IReadOnlyList<string>? allowed = null) => new(field, message, allowed ?? []);

    private static string List(IReadOnlyCollection<string> names) => names.Count == 0 ? "(none)" : string.Join(", ", names);
}
