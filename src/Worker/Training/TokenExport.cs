using System.Globalization;
using Magvit.Model.Checkpoints;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using static TorchSharp.torch;

namespace Magvit.Worker.Training;

/// <summary>
/// A data set as tokens. Each clip is a tensor int32 [n, lt, lh, lw] under its name, <c>class/clip</c>, n windows in order; the metadata names the
/// tokenizer by hash, K, the classes, the first frame of each window (<c>starts:NAME</c>) and what is held out (<c>split:NAME</c>).
/// </summary>
internal static class TokenExport
{
    /// <summary>Writes the file.</summary>
    /// <exception cref="InvalidDataException">The data or the tokenizer is not what it should be.</exception>
    /// <exception cref="IOException">The disk is full; a file that was there stands.</exception>
    public static async Task RunAsync(TokenExportSetup setup, TextWriter output, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(setup.WindowsPerClip, "--windows");
        using var tokenizer = ModelFolder.ReadTokenizer(setup.Tokenizer);
        tokenizer.Precision = setup.BFloat16 ? bfloat16 : float32;
        var hash = ModelFolder.Hash(setup.Tokenizer);
        var folder = Path.GetDirectoryName(Path.GetFullPath(setup.Out))!;
        Directory.CreateDirectory(folder);
        var cache = await ClipCache.EnsureAsync(
            setup.Data, Path.Combine(folder, "cache"), tokenizer.Config.Width, tokenizer.Config.Height, output.WriteLine, cancellationToken);
        using var clips = ClipDataset.Load(cache).With(setup.Sampling);
        if (setup.IsForTraining)
        {
            var train = clips.Split().Train;
            var options = new TokenCacheOptions
            {
                WindowsPerClip = setup.WindowsPerClip == 0 ? int.MaxValue : setup.WindowsPerClip,
                GivenFrames = setup.GivenFrames,
            };
            TokenCache.Build(tokenizer, hash, train, options, setup.Out, new ShareOf(output, train.Count), cancellationToken);
            using var written = TokenCache.Load(setup.Out, hash, train);
            await output.WriteLineAsync($"{written.Count} windows of {train.Count} training clips, with condition tokens, in {setup.Out}");
            return;
        }

        var windows = Write(setup, tokenizer, hash, clips, output, cancellationToken);
        await output.WriteLineAsync($"{windows} windows of {clips.Count} clips in {setup.Out}");
    }

    private static int Write(
        TokenExportSetup setup, VideoTokenizer tokenizer, string hash, ClipDataset clips, TextWriter output, CancellationToken cancellationToken)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var frames = tokenizer.Config.Frames;
        var tokens = new Dictionary<string, Tensor>();
        var metadata = new Dictionary<string, string>
        {
            ["tokenizer"] = hash,
            ["codes"] = tokenizer.Config.Codes.ToString(CultureInfo.InvariantCulture),
            ["frames"] = frames.ToString(CultureInfo.InvariantCulture),
            ["frameStride"] = setup.Sampling.FrameStride.ToString(CultureInfo.InvariantCulture),
            ["classes"] = string.Join('\n', clips.ClassNames),
        };
        var progress = new ShareOf(output, clips.Count);
        var count = 0;
        for (var i = 0; i < clips.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var starts = Starts(clips.FrameCount(i), frames * setup.Sampling.FrameStride, setup.WindowsPerClip);
            var windows = starts.ConvertAll(start => tokenizer.Encode(clips.Window(i, start, frames)).to(int32));
            tokens[clips.Name(i)] = cat(windows).MoveToOuterDisposeScope();
            metadata[$"starts:{clips.Name(i)}"] = string.Join(',', starts.Select(s => s.ToString(CultureInfo.InvariantCulture)));
            if (clips.IsHeldOut(i) is { } isHeldOut)
            {
                metadata[$"split:{clips.Name(i)}"] = isHeldOut ? "held-out" : "train";
            }

            count += starts.Count;
            progress.Report((i + 1.0) / clips.Count);
        }

        SafeTensors.Write(setup.Out, tokens, metadata);
        return count;
    }

    // First frames of windows: one after the other, or so many spread evenly.
    private static List<int> Starts(int clipFrames, int span, int windows)
    {
        var last = Math.Max(0, clipFrames - span);
        var count = windows == 0 ? Math.Max(1, clipFrames / span) : Math.Min(windows, last + 1);
        return windows == 0
            ? [.. Enumerable.Range(0, count).Select(i => i * span)]
            : [.. Enumerable.Range(0, count).Select(i => count == 1 ? last / 2 : (int)((long)i * last / (count - 1)))];
    }

    // A line for every tenth.
    private sealed class ShareOf(TextWriter output, int clips) : IProgress<double>
    {
        private int _tenths;

        public void Report(double value)
        {
            if ((int)(value * 10) > _tenths)
            {
                _tenths = (int)(value * 10);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tokenized {_tenths * 10} % of {clips} clips"));
            }
        }
    }
}
