using System.Text.Json.Serialization;
using Magvit.Domain.Json;

namespace Magvit.Domain.Generation;

/// <summary>What a model is asked to fill in; the ten tasks of the paper and masks drawn by hand.</summary>
/// <remarks>Names, titles and needs are in <see cref="GenerationTaskCatalog"/>.</remarks>
[JsonConverter(typeof(KebabCaseEnumConverter<GenerationTask>))]
public enum GenerationTask
{
    /// <summary>FP: the first frame is given.</summary>
    FramePrediction,

    /// <summary>FI: the first and the last frame are given.</summary>
    FrameInterpolation,

    /// <summary>OPC: the centre is given.</summary>
    OutpaintCentral,

    /// <summary>OPV: a vertical strip is given.</summary>
    OutpaintVertical,

    /// <summary>OPH: a horizontal strip is given.</summary>
    OutpaintHorizontal,

    /// <summary>OPD: a strip that moves to the right is given.</summary>
    OutpaintDynamic,

    /// <summary>IPC: all but the centre is given.</summary>
    InpaintCentral,

    /// <summary>IPD: all but a rectangle that moves to the right is given.</summary>
    InpaintDynamic,

    /// <summary>CG: only a class is given.</summary>
    ClassConditional,

    /// <summary>CFP: the first frame and a class are given.</summary>
    ClassFramePrediction,

    /// <summary>A mask drawn by hand says what is given.</summary>
    CustomMask,
}
