namespace Magvit.Infrastructure.Media;

/// <summary>One run of ffmpeg or ffprobe: what to run, what to feed it and what it may use up.</summary>
internal sealed record FfmpegCommand
{
    /// <summary>The formats that are ever opened. Playlists, concatenation scripts and devices are not among them, so no file can name another.</summary>
    public const string FormatWhitelist =
        "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,ivf,h264,hevc,m4v,mjpeg,obu,dv,mxf,nut,yuv4mpegpipe,gif,apng,"
        + "png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,ppm_pipe,pbm_pipe,qoi_pipe,jpegxl_pipe";

    /// <summary>The most pixels a decoder allocates for one picture: 8K in either orientation.</summary>
    public const int MaxPixels = MediaLimits.MaxSide * 4320;

    /// <summary><c>ffmpeg</c> or <c>ffprobe</c>, found on the PATH.</summary>
    public required string Program { get; init; }

    /// <summary>Arguments after the safety options that every run gets.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Writes the standard input; null closes it at once.</summary>
    public Func<Stream, CancellationToken, Task>? WriteInput { get; init; }

    /// <summary>Wall-clock limit, after which the process is killed.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The most bytes taken from the standard output before the process is killed.</summary>
    public long MaxOutputBytes { get; init; } = 1L << 30;

    /// <summary>Address-space limit of the process, set with prlimit where that exists; 0 sets none.</summary>
    public long MemoryLimitBytes { get; init; } = 6L << 30;

    /// <summary>The options that open an untrusted file: safe formats and picture sizes, whole packets, and no name taken for a pattern or a protocol.</summary>
    public static IReadOnlyList<string> InputOptions(string path) =>
    [
        .. MediaSignature.Read(path).FormatOptions,
        "-format_whitelist", FormatWhitelist,
        "-max_pixels", MaxPixels.ToString(System.Globalization.CultureInfo.InvariantCulture),
        "-fflags", "+discardcorrupt",
        "-i", "file:" + Path.GetFullPath(path),
    ];
}
