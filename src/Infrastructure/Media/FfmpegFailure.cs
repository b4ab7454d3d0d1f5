namespace Magvit.Infrastructure.Media;

/// <summary>Why a run of ffmpeg or ffprobe gave no result.</summary>
internal enum FfmpegFailure
{
    /// <summary>The program is not installed.</summary>
    Missing,

    /// <summary>The program ended with an error.</summary>
    Failed,

    /// <summary>The time limit passed.</summary>
    TimedOut,

    /// <summary>More output came than was allowed.</summary>
    OutputTooLarge,
}
