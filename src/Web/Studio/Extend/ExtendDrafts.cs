using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Domain.Models;
using Magvit.Infrastructure.Assets;

namespace Magvit.Web.Studio.Extend;

/// <summary>Drafts that make a clip longer or larger.</summary>
internal static class ExtendDrafts
{
    /// <summary>Goes on from all frames of a clip, by one window of the model.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="model">The model that shall go on.</param>
    /// <param name="className">The class that it shows, if that is known.</param>
    public static StudioDraft InTime(AssetSummary clip, InstalledModel model, string? className)
    {
        var hasClass = className is not null && model.ClassNames.Contains(className) && model.Tasks.Contains(GenerationTask.ClassFramePrediction);
        return new StudioDraft
        {
            Task = hasClass ? GenerationTask.ClassFramePrediction : GenerationTask.FramePrediction,
            Input = clip.Id,
            Model = model.Name,
            ClassName = hasClass ? className : null,
            Size = new DraftSize
            {
                GivenFrames = clip.Frames,
                Frames = Math.Min(GenerationLimits.MaxFrames, clip.Frames + model.Frames - GenerationSize.DefaultOverlap),
                Canvas = IsModelSized(clip, model) ? null : Whole(clip),
            },
        };
    }

    /// <summary>Makes the surroundings of a clip: twice as wide, to begin with.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="model">The model that shall make them.</param>
    public static StudioDraft InSpace(AssetSummary clip, InstalledModel model)
    {
        var whole = IsModelSized(clip, model) ? new GenerationCanvas(model.Width, model.Height, 0, 0, model.Width, model.Height) : Whole(clip);
        return new StudioDraft
        {
            Task = GenerationTask.OutpaintCentral,
            Input = clip.Id,
            Model = model.Name,
            Size = new DraftSize
            {
                Frames = clip.Kind == AssetKind.Generated && clip.Frames > model.Frames ? clip.Frames : null,
                Canvas = Grown(whole, Math.Min(GenerationLimits.MaxCanvasSide, 2 * whole.Width)),
            },
        };
    }

    /// <summary>Whether a clip becomes a clip of the model's size: another result that is larger stays as large as it is.</summary>
    private static bool IsModelSized(AssetSummary clip, InstalledModel model) =>
        clip.Kind != AssetKind.Generated || clip.Width < model.Width || clip.Height < model.Height || (clip.Width, clip.Height) == (model.Width, model.Height);

    private static GenerationCanvas Whole(AssetSummary clip) => new(Even(clip.Width), Even(clip.Height), 0, 0, Even(clip.Width), Even(clip.Height));

    private static GenerationCanvas Grown(GenerationCanvas whole, int width) => whole with { Width = width, Left = (width - whole.Width) / 2 };

    private static int Even(int length) => length - (length % 2);
}
