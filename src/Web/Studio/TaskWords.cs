using Magvit.Domain.Generation;

namespace Magvit.Web.Studio;

/// <summary>Words for tasks where space is short; the catalogue has the whole titles.</summary>
internal static class TaskWords
{
    public static string Short(GenerationTask task) => task switch
    {
        GenerationTask.FramePrediction => "Predict",
        GenerationTask.FrameInterpolation => "Interpolate",
        GenerationTask.OutpaintCentral => "Outpaint around",
        GenerationTask.OutpaintVertical => "Outpaint width",
        GenerationTask.OutpaintHorizontal => "Outpaint height",
        GenerationTask.OutpaintDynamic => "Outpaint moving",
        GenerationTask.InpaintCentral => "Inpaint centre",
        GenerationTask.InpaintDynamic => "Inpaint moving",
        GenerationTask.ClassConditional => "From a class",
        GenerationTask.ClassFramePrediction => "Predict a class",
        GenerationTask.CustomMask => "Own mask",
        _ => task.ToString(),
    };
}
