using Magvit.Infrastructure.Media;
using Magvit.Model.Evaluation;
using Magvit.Model.Tokenizer;
using Magvit.Worker.Generation;
using static TorchSharp.torch;

namespace Magvit.Worker.Evaluation;

/// <summary>What x265 reaches in as many bits as a clip's tokens have, beside what the tokenizer reaches, on the same clips.</summary>
internal static class CodecComparison
{
    private const double FrameRateHz = 16;

    private static readonly (CodecMode Mode, string Codec, string Counted)[] Modes =
    [
        (CodecMode.WholeStream, "x265 veryslow, 4:4:4", "the whole stream"),
        (CodecMode.PicturesAlone, "x265 veryslow, 4:4:4, tuned for PSNR", "pictures alone, without parameter sets"),
    ];

    /// <summary>Measures both ways of counting over the first clips of the evaluation.</summary>
    /// <exception cref="MediaException">ffmpeg is missing, or was built without libx265.</exception>
    public static async Task<IReadOnlyList<CodecReport>> MeasureAsync(
        VideoTokenizer tokenizer, ClipWindows windows, int clips, EvaluationNetworks networks, IProgress<EvaluationProgress> progress, CancellationToken cancellationToken)
    {
        var geometry = tokenizer.Config.Geometry;
        var budget = (int)Math.Ceiling(geometry.TokenCount * Math.Log2(tokenizer.Config.Codes) / 8);
        var count = Math.Min(clips, windows.Count);
        var originals = Read(windows, count);
        var ofTokenizer = Measure(networks, Enumerable.Range(0, count).Select(i => (Func<Tensor, Tensor>)(clip => tokenizer.Decode(tokenizer.Encode(clip)))), windows);
        var reports = new List<CodecReport>();
        var done = 0;
        foreach (var (mode, codec, counted) in Modes)
        {
            var results = new CodecResult[count];
            await Parallel.ForAsync(0, count, cancellationToken, async (i, token) =>
            {
                results[i] = await CodecYardstick.EncodeAsync(originals[i], budget, mode, token);
                lock (results)
                {
                    progress.Report(new EvaluationProgress("codec", ++done, count * Modes.Length));
                }
            });
            var measured = Measure(networks, results.Select(r => (Func<Tensor, Tensor>)(_ => FrameTensors.ToClip(r.Frames))), windows);
            reports.Add(new CodecReport(codec, counted, count, budget, results.Average(r => r.Bytes), results.Count(r => !r.Fits), measured, ofTokenizer));
        }

        return reports;
    }

    private static List<VideoFrames> Read(ClipWindows windows, int count)
    {
        using var scope = NewDisposeScope();
        return [.. Enumerable.Range(0, count).Select(i => FrameTensors.ToVideoFrames(windows.Batch(i, 1).Clips, FrameRateHz))];
    }

    private static IReadOnlyDictionary<string, Measurement> Measure(EvaluationNetworks networks, IEnumerable<Func<Tensor, Tensor>> make, ClipWindows windows)
    {
        using var measured = new ClipMeasurements(networks);
        var i = 0;
        foreach (var clip in make)
        {
            using var scope = NewDisposeScope();
            var (real, labels) = windows.Batch(i++, 1);
            measured.Add(clip(real), real, labels);
        }

        return measured.Summarise(null, 1);
    }
}
