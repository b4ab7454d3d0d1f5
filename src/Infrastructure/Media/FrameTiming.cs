using System.Globalization;
using System.Text;

namespace Magvit.Infrastructure.Media;

/// <summary>When the frames of a file are shown, from the times of its packets.</summary>
/// <param name="Packets">Packets of the picture stream that the file really holds.</param>
/// <param name="IsConstant">Whether the frames are evenly spaced, jitter of the container's clock aside.</param>
/// <param name="TypicalRateHz">Frames a second between most neighbours; 0 when the packets carry no times.</param>
internal sealed record FrameTiming(int Packets, bool IsConstant, double TypicalRateHz)
{
    private static readonly double[] CommonRates = [12, 15, 24000.0 / 1001, 24, 25, 30000.0 / 1001, 30, 48, 50, 60000.0 / 1001, 60];

    /// <summary>Reads the packets' times without decoding; stops behind the longest clip that is taken in.</summary>
    public static async Task<FrameTiming> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var command = new FfmpegCommand
        {
            Program = "ffprobe",
            Arguments =
            [
                "-select_streams", "V:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0",
                "-read_intervals", $"%+#{MediaLimits.MaxFrames + 100}", .. FfmpegCommand.InputOptions(path),
            ],
            MaxOutputBytes = 8 << 20,
        };
        try
        {
            var lines = Encoding.ASCII.GetString((await FfmpegProcess.RunAsync(command, cancellationToken)).Output)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return FromTimes(lines.Length, [.. lines.Select(Seconds).OfType<double>()]);
        }
        catch (FfmpegException exception)
        {
            throw MediaRefusals.FromDecoding(path, exception);
        }
    }

    /// <summary>Judges the times of <paramref name="packets"/> packets, in any order.</summary>
    internal static FrameTiming FromTimes(int packets, double[] seconds)
    {
        if (seconds.Length < 3)
        {
            var only = seconds.Length == 2 ? Math.Abs(seconds[1] - seconds[0]) : 0;
            return new FrameTiming(packets, IsConstant: true, only > 0 ? Snap(1 / only) : 0);
        }

        if (seconds.Length < packets * 0.9)
        {
            // Old containers give a time to some packets only; their decoders count frames.
            return new FrameTiming(packets, IsConstant: true, 0);
        }

        Array.Sort(seconds);
        var gaps = seconds.Zip(seconds.Skip(1), (earlier, later) => later - earlier).ToArray();
        var typical = gaps.Order().ElementAt(gaps.Length / 2);
        if (typical <= 0)
        {
            return new FrameTiming(packets, IsConstant: true, 0);
        }

        // A quarter of a frame, or the rounding of a clock that counts milliseconds, is jitter; a hundredth of the gaps may be dropped frames.
        var tolerance = Math.Max(typical / 4, 0.0016);
        var odd = gaps.Count(gap => Math.Abs(gap - typical) > tolerance);
        return new FrameTiming(packets, odd <= gaps.Length / 100, Snap(1 / typical));
    }

    private static double Snap(double rate)
    {
        var nearest = CommonRates.MinBy(common => Math.Abs(common - rate));
        return Math.Abs(nearest - rate) < 0.02 * rate ? nearest : Math.Round(rate, 3);
    }

    private static double? Seconds(string line) =>
        double.TryParse(line.TrimEnd(','), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
}
