using System.Globalization;

namespace Magvit.Infrastructure.Media;

/// <summary>How a file becomes the copy that browsers play and that frames are counted in.</summary>
/// <param name="Width">Width of the copy, even.</param>
/// <param name="Height">Height of the copy, even.</param>
/// <param name="FrameRateHz">Constant rate of the copy.</param>
/// <param name="KeepsEveryFrame">Whether frames are taken over one by one; otherwise they are resampled in time.</param>
/// <param name="Notes">What differs from the file, in words.</param>
internal sealed record ProxyPlan(int Width, int Height, double FrameRateHz, bool KeepsEveryFrame, IReadOnlyList<string> Notes)
{
    /// <summary>The rate at which a lone image, or several of them in a row, are shown.</summary>
    public const double ImageRateHz = 8;

    private const int MaxLongSide = 1280;
    private const int MaxShortSide = 720;
    private const int MinSide = 16;
    private const double MaxRateHz = 60;

    /// <summary>Decides on size and rate.</summary>
    public static ProxyPlan For(MediaFacts facts, FrameTiming? timing)
    {
        var notes = new List<string>();
        if (facts.RotationDegrees != 0)
        {
            notes.Add("Turned upright, as the file asks for.");
        }

        if (Math.Abs(facts.PixelAspect - 1) > 0.001)
        {
            notes.Add($"Made its pixels square: {facts.CodedWidth}x{facts.CodedHeight} is shown as {facts.DisplayWidth}x{facts.DisplayHeight}.");
        }

        var (width, height) = ChooseSize(facts, notes);
        var (rate, keepsEveryFrame) = ChooseRate(facts, timing, notes);
        if (facts.HasAudio)
        {
            notes.Add("Removed the sound.");
        }

        return new ProxyPlan(width, height, rate, keepsEveryFrame, notes);
    }

    /// <summary>The ffmpeg options in front of the input.</summary>
    public IReadOnlyList<string> InputOptions => KeepsEveryFrame ? ["-r", Rate] : [];

    /// <summary>The ffmpeg options between input and output file.</summary>
    public IReadOnlyList<string> OutputOptions(MediaFacts facts)
    {
        var timed = KeepsEveryFrame ? "" : $"setpts=PTS-STARTPTS,fps={Rate},";
        var opaque = facts.HasAlpha ? VideoFilters.OverWhite + "," : "";
        var scaled = $"scale={Width}:{Height}:flags=bicubic+accurate_rnd+full_chroma_inp:out_color_matrix=bt709:out_range=tv,setsar=1,format=yuv420p";
        return
        [
            "-map", "0:V:0", "-vf", timed + opaque + scaled, "-r", Rate, "-an", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1",
            "-frames:v", (MediaLimits.MaxFrames + 1).ToString(CultureInfo.InvariantCulture),
            // Small pictures cost little, and models read them: next to lossless. A key frame a second makes scrubbing quick.
            "-c:v", "libx264", "-preset", "veryfast", "-crf", Math.Max(Width, Height) <= 512 ? "10" : "18",
            "-maxrate", "20M", "-bufsize", "40M", "-g", Math.Max(1, (int)Math.Round(FrameRateHz)).ToString(CultureInfo.InvariantCulture),
            "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-movflags", "+faststart", "-f", "mp4",
        ];
    }

    private string Rate => FrameRateHz.ToString("0.######", CultureInfo.InvariantCulture);

    private static (int Width, int Height) ChooseSize(MediaFacts facts, List<string> notes)
    {
        var (width, height) = (facts.DisplayWidth, facts.DisplayHeight);
        var (longSide, shortSide) = (Math.Max(width, height), Math.Min(width, height));
        var scale = Math.Min(1, Math.Min((double)MaxLongSide / longSide, (double)MaxShortSide / shortSide));
        if (shortSide * scale < MinSide)
        {
            scale = (double)MinSide / shortSide;
        }

        var (proxyWidth, proxyHeight) = (Even(width * scale), Even(height * scale));
        if (scale < 1)
        {
            notes.Add($"Scaled the working copy from {width}x{height} to {proxyWidth}x{proxyHeight}.");
        }
        else if (scale > 1)
        {
            notes.Add($"Enlarged the working copy from {width}x{height} to {proxyWidth}x{proxyHeight}.");
        }
        else if (proxyWidth != width || proxyHeight != height)
        {
            notes.Add($"Made the odd size {width}x{height} even: {proxyWidth}x{proxyHeight}.");
        }

        return (proxyWidth, proxyHeight);
    }

    private static (double Rate, bool KeepsEveryFrame) ChooseRate(MediaFacts facts, FrameTiming? timing, List<string> notes)
    {
        if (timing is null || timing.Packets <= 1)
        {
            return (ImageRateHz, true);
        }

        if (!timing.IsConstant)
        {
            var constant = Math.Clamp(timing.TypicalRateHz, 1, MaxRateHz);
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"Made its variable frame rate constant: {constant:0.##} frames a second."));
            return (constant, false);
        }

        var rate = facts.FrameRateHz > 0 ? facts.FrameRateHz : timing.TypicalRateHz > 0 ? timing.TypicalRateHz : 25;
        if (rate <= MaxRateHz + 0.5)
        {
            return (rate, true);
        }

        notes.Add(string.Create(CultureInfo.InvariantCulture, $"Thinned out from {rate:0.##} to {MaxRateHz:0} frames a second."));
        return (MaxRateHz, false);
    }

    private static int Even(double side) => Math.Max(MinSide, (int)Math.Round(side / 2, MidpointRounding.ToZero) * 2);
}
