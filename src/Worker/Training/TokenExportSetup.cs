using Magvit.Model.Training;

namespace Magvit.Worker.Training;

/// <summary>What <c>tokenize</c> is told.</summary>
internal sealed record TokenExportSetup
{
    /// <summary>A folder of class folders of videos, or a manifest.</summary>
    public required string Data { get; init; }

    /// <summary>The folder of the tokenizer.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>The file to write.</summary>
    public required string Out { get; init; }

    /// <summary>Windows of each clip; 0 takes as many as fit without overlap, and every start for training.</summary>
    public int WindowsPerClip { get; init; }

    /// <summary>How windows are cut.</summary>
    public ClipSampling Sampling { get; init; } = new();

    /// <summary>Whether the file is for training a transformer.</summary>
    public bool IsForTraining { get; init; }

    /// <summary>Frames given by the frame tasks, for training.</summary>
    public int GivenFrames { get; init; } = 1;

    /// <summary>Encodes in bfloat16 instead of float32.</summary>
    public bool BFloat16 { get; init; }
}
