using Magvit.Domain.Generation;
using Magvit.Domain.Models;
using Magvit.Infrastructure.Assets;
using Magvit.Web.Api;

namespace Magvit.Web.Studio.Extend;

/// <summary>What <c>studio/extend/planner.js</c> needs to show a result that is longer or larger than the model's clips.</summary>
public sealed record ExtendScene
{
    /// <summary>The clip that is extended.</summary>
    public required EditorClip Clip { get; init; }

    /// <summary>The size of the model's clips and cells.</summary>
    public required ExtendModel Model { get; init; }

    /// <summary>What is planned.</summary>
    public required ExtendSize Size { get; init; }

    /// <summary>What the task leaves open.</summary>
    public required ExtendRange Can { get; init; }

    /// <summary>The scene of a draft; <see langword="null"/> when the draft is one window of the model, which the editor shows.</summary>
    internal static ExtendScene? Of(StudioDraft draft, AssetSummary input, InstalledModel? model)
    {
        if (model is null || !GenerationTaskCatalog.Get(draft.Task).NeedsInput || !IsPlanned(draft, model))
        {
            return null;
        }

        var size = GenerationSize.Of(draft.ToRequest(), model.Frames, model.Height, model.Width);
        var grid = model.TokenGrid;
        return new ExtendScene
        {
            Clip = new EditorClip(
                AssetUrls.Proxy(input.Id), draft.Start, draft.Stride, input.Frames, input.FrameRate, AssetUrls.Sheet(input.Id), input.Width, input.Height),
            Model = new ExtendModel(
                model.Frames, model.Height, model.Width, model.Frames / grid.Frames, model.Height / grid.Height, model.Width / grid.Width),
            Size = new ExtendSize(
                size.Frames, draft.Size.GivenFrames ?? 1, draft.Size.Overlap ?? GenerationSize.DefaultOverlap, size.Width, size.Height, size.Left, size.Top, size.ClipWidth, size.ClipHeight),
            Can = new ExtendRange(
                GenerationSize.TakesGivenFrames(draft.Task),
                draft.Task is GenerationTask.OutpaintCentral or GenerationTask.OutpaintVertical or GenerationTask.OutpaintHorizontal,
                draft.Task == GenerationTask.FrameInterpolation,
                GenerationLimits.MaxFrames,
                GenerationLimits.MaxCanvasSide),
        };
    }

    private static bool IsPlanned(StudioDraft draft, InstalledModel model) =>
        GenerationSize.IsLarge(draft.ToRequest().WithoutUnused(), model.Frames) || (draft.Size.GivenFrames > 1 && GenerationSize.TakesGivenFrames(draft.Task));
}
