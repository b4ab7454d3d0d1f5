using Magvit.Domain.Models;

namespace Magvit.Domain.Generation;

/// <summary>What is wrong with the length and the canvas of a request.</summary>
internal static class GenerationSizeRules
{
    /// <summary>All problems with given frames, length, overlap and canvas.</summary>
    public static IEnumerable<GenerationProblem> Problems(GenerationRequest request, GenerationContext context)
    {
        var asked = request.WithoutUnused();
        if (request.Frames is not null && asked.Frames is null)
        {
            yield return GenerationRequestValidator.Problem("frames", GenerationSize.TakesCanvas(request.Task)
                ? $"{Title(request)} takes more frames only with a canvas; name one, or leave frames out."
                : $"{Title(request)} has the length of the model; leave frames out.");
        }

        if (request.Canvas is not null && asked.Canvas is null)
        {
            yield return GenerationRequestValidator.Problem("canvas", $"{Title(request)} has the size of the model; leave the canvas out.");
        }

        if (context.ModelFor(request) is not { } model)
        {
            yield break;
        }

        if (asked.Parent is not null && GenerationSize.IsLarge(asked, model.Frames))
        {
            yield return GenerationRequestValidator.Problem("frames", "A branch keeps the length and the size of its clip; leave frames and canvas out.");
        }

        GenerationProblem[] own = [.. Time(asked, model, context.Input), .. Canvas(asked, model)];
        foreach (var problem in own)
        {
            yield return problem;
        }

        if (own.Length == 0 && GenerationSize.WindowsOf(asked, model) * request.Samples is > GenerationLimits.MaxWindows and var windows)
        {
            yield return GenerationRequestValidator.Problem(
                asked.Canvas is null ? "frames" : "canvas",
                $"This takes {windows} windows of the model, {GenerationLimits.MaxWindows} are allowed. Ask for fewer frames, a smaller canvas, less overlap or fewer samples.");
        }
    }

    private static IEnumerable<GenerationProblem> Time(GenerationRequest asked, ModelCapabilities model, AssetFacts? input)
    {
        var frames = asked.Frames ?? model.Frames;
        if (frames < model.Frames || frames > GenerationLimits.MaxFrames)
        {
            yield return GenerationRequestValidator.OutOfRange("frames", frames, model.Frames, GenerationLimits.MaxFrames);
            yield break;
        }

        if (asked.Overlap is { } overlap && (overlap < 1 || overlap >= model.Frames))
        {
            yield return GenerationRequestValidator.OutOfRange("overlap", overlap, 1, model.Frames - 1);
        }

        if (asked.GivenFrames is not { } given)
        {
            yield break;
        }

        var most = asked.Task == GenerationTask.FrameInterpolation ? (frames - 1) / 2 : frames - 1;
        if (given < 1 || given > most)
        {
            yield return GenerationRequestValidator.OutOfRange("givenFrames", given, 1, most);
        }
        else if (input is not null && asked.InputStride >= 1 && asked.InputStart + ((long)(given - 1) * asked.InputStride) >= input.Frames)
        {
            var there = Math.Max(0, (input.Frames - asked.InputStart + asked.InputStride - 1) / asked.InputStride);
            yield return GenerationRequestValidator.Problem(
                "givenFrames", $"The clip has {there} frames from there on, {given} are to be given. Give fewer, or begin earlier.");
        }
    }

    private static IEnumerable<GenerationProblem> Canvas(GenerationRequest asked, ModelCapabilities model)
    {
        if (asked.Canvas is not { } canvas)
        {
            yield break;
        }

        foreach (var (side, length, least) in new[] { ("width", canvas.Width, model.Width), ("height", canvas.Height, model.Height) })
        {
            if (length < least || length > GenerationLimits.MaxCanvasSide || length % 2 != 0)
            {
                yield return GenerationRequestValidator.Problem(
                    "canvas", $"The {side} of the canvas must be an even number from {least} to {GenerationLimits.MaxCanvasSide}, got {length}.");
                yield break;
            }
        }

        var size = GenerationSize.Of(asked, model.Frames, model.Height, model.Width);
        if (size.ClipWidth < 1 || size.ClipHeight < 1 || size.Left < 0 || size.Top < 0
            || size.Left > size.Width - size.ClipWidth || size.Top > size.Height - size.ClipHeight)
        {
            yield return GenerationRequestValidator.Problem(
                "canvas",
                $"The canvas of {size.Width} x {size.Height} does not hold a clip of {size.ClipWidth} x {size.ClipHeight} at column {size.Left}, row {size.Top}.");
        }
        else if (asked.Task is GenerationTask.OutpaintCentral or GenerationTask.OutpaintVertical or GenerationTask.OutpaintHorizontal
            && (size.ClipWidth, size.ClipHeight) == (size.Width, size.Height))
        {
            yield return GenerationRequestValidator.Problem("canvas", "The clip covers the whole canvas: nothing is left to generate. Make the canvas larger.");
        }
        else if ((asked.Task == GenerationTask.OutpaintVertical && size.ClipHeight != size.Height)
            || (asked.Task == GenerationTask.OutpaintHorizontal && size.ClipWidth != size.Width))
        {
            var side = asked.Task == GenerationTask.OutpaintVertical ? "height" : "width";
            yield return GenerationRequestValidator.Problem(
                "canvas", $"{Title(asked)} keeps the {side} of the clip. Give the canvas the same {side}, or take {GenerationTaskCatalog.Get(GenerationTask.OutpaintCentral).Name}.");
        }
    }

    private static string Title(GenerationRequest request) => GenerationTaskCatalog.Get(request.Task).Title;
}
