namespace Magvit.Model.Masking;

/// <summary>The ten tasks of the paper (spec §9), and any mask that a user draws.</summary>
public enum GenerationTask
{
    /// <summary>FP: the first frame is given.</summary>
    FramePrediction,

    /// <summary>FI: the first and the last frame are given.</summary>
    FrameInterpolation,

    /// <summary>OPC: the central rectangle is given.</summary>
    OutpaintCentral,

    /// <summary>OPV: a vertical strip is given.</summary>
    OutpaintVertical,

    /// <summary>OPH: a horizontal strip is given.</summary>
    OutpaintHorizontal,

    /// <summary>OPD: a vertical strip that moves from left to right is given.</summary>
    OutpaintDynamic,

    /// <summary>IPC: all but the central rectangle is given.</summary>
    InpaintCentral,

    /// <summary>IPD: all but a rectangle that moves from left to right is given.</summary>
    InpaintDynamic,

    /// <summary>CG: nothing but the class is given.</summary>
    ClassConditional,

    /// <summary>CFP: the class and the first frame are given.</summary>
    ClassFramePrediction,

    /// <summary>Whatever a drawn mask leaves is given; beyond the paper.</summary>
    CustomMask,
}
