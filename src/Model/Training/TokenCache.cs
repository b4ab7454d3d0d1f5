using System.Globalization;
using Magvit.Model.Checkpoints;
using Magvit.Model.Masking;
using Magvit.Model.Tokenizer;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>
/// A data set's tokens under one tokenizer: for each window of a clip z and one z~ per task whose region is fixed, so that training a transformer
/// need not encode (spec §6.5: that costs more than the network itself). One safetensors file, valid for exactly those clips and that tokenizer.
/// </summary>
public sealed class TokenCache : IDisposable
{
    private const string Format = "1";

    private readonly Tensor _tokens;                                            // [windows, 1 + tasks, N], int16 or int32
    private readonly List<ClipWindow> _windows;
    private readonly ILookup<(int Clip, bool IsFlipped), int> _rows;
    private readonly Dictionary<GenerationTask, int> _places;

    private TokenCache(Tensor tokens, List<ClipWindow> windows, IReadOnlyList<GenerationTask> tasks, int givenFrames)
    {
        (_tokens, _windows, GivenFrames) = (tokens, windows, givenFrames);
        _rows = Enumerable.Range(0, windows.Count).ToLookup(row => (windows[row].Clip, windows[row].IsFlipped));
        _places = tasks.Select((task, i) => (task, i + 1)).ToDictionary();
    }

    /// <summary>The tasks that a cache can hold condition tokens of.</summary>
    public static IReadOnlyList<GenerationTask> Cacheable { get; } =
    [
        GenerationTask.FramePrediction, GenerationTask.FrameInterpolation, GenerationTask.OutpaintCentral, GenerationTask.OutpaintVertical,
        GenerationTask.OutpaintHorizontal, GenerationTask.OutpaintDynamic, GenerationTask.InpaintCentral, GenerationTask.InpaintDynamic,
    ];

    /// <summary>Frames given by the frame tasks.</summary>
    public int GivenFrames { get; }

    /// <summary>Windows in all.</summary>
    public int Count => _windows.Count;

    /// <summary>Where a cache for these clips and this tokenizer belongs.</summary>
    /// <param name="folder">A folder of caches.</param>
    /// <param name="tokenizerHash">SHA-256 of the tokenizer's weights file.</param>
    /// <param name="clips">The data.</param>
    public static string PathOf(string folder, string tokenizerHash, ClipDataset clips)
    {
        ArgumentNullException.ThrowIfNull(tokenizerHash);
        ArgumentNullException.ThrowIfNull(clips);
        return Path.Combine(folder, $"tokens-{Short(tokenizerHash)}-{Short(clips.Fingerprint)}.safetensors");
    }

    /// <summary>Encodes the clips and writes the file.</summary>
    /// <param name="tokenizer">The frozen tokenizer; its averaged weights are those to use (spec §3).</param>
    /// <param name="tokenizerHash">SHA-256 of its weights file.</param>
    /// <param name="clips">The data.</param>
    /// <param name="options">What to store.</param>
    /// <param name="path">The file, replaced when it exists.</param>
    /// <param name="progress">Takes the share that is done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops between windows; nothing is written then.</param>
    public static void Build(VideoTokenizer tokenizer, string tokenizerHash, ClipDataset clips, TokenCacheOptions options, string path,
        IProgress<double>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Tasks.Where(t => !Cacheable.Contains(t)).ToList() is [_, ..] others)
        {
            throw new ArgumentException(
                $"no fixed condition tokens: {string.Join(", ", others.Select(t => t.Name()))}; a cache can hold {string.Join(", ", Cacheable.Select(t => t.Name()))}",
                nameof(options));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        tokenizer.eval();
        var frames = tokenizer.Config.Frames;
        var conditions = new ConditionBuilder(tokenizer.Config.Geometry);
        var windows = Enumerable.Range(0, clips.Count)
            .SelectMany(clip => Starts(clips, clip, frames, options.WindowsPerClip).Select(start => new ClipWindow(clip, start, false)))
            .SelectMany(window => clips.Sampling.Flip ? [window, window with { IsFlipped = true }] : new List<ClipWindow> { window }).ToList();
        var type = tokenizer.Config.Codes <= short.MaxValue ? ScalarType.Int16 : ScalarType.Int32;
        var tokens = empty([windows.Count, 1 + options.Tasks.Count, tokenizer.Config.Geometry.TokenCount], type);
        for (var i = 0; i < windows.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var clip = clips.Read([windows[i]], frames);
            var all = cat([clip, .. options.Tasks.Select(task => conditions.Build(task, clip, options.GivenFrames).Clip)]);
            tokens.select(0, i).copy_(tokenizer.Encode(all).view(all.size(0), -1));
            progress?.Report((i + 1.0) / windows.Count);
        }

        SafeTensors.Write(path, new Dictionary<string, Tensor>
        {
            ["tokens"] = tokens,
            ["clips"] = tensor([.. windows.Select(w => (long)w.Clip)]),
            ["starts"] = tensor([.. windows.Select(w => (long)w.Start)]),
            ["flipped"] = tensor([.. windows.Select(w => w.IsFlipped ? 1L : 0)]),
        }, new Dictionary<string, string>
        {
            ["format"] = Format,
            ["tokenizer"] = tokenizerHash,
            ["data"] = clips.Fingerprint,
            ["frameStride"] = clips.Sampling.FrameStride.ToString(CultureInfo.InvariantCulture),
            ["tasks"] = string.Join(',', options.Tasks.Select(t => t.Name())),
            ["givenFrames"] = options.GivenFrames.ToString(CultureInfo.InvariantCulture),
        });
    }

    /// <summary>Reads a cache into memory.</summary>
    /// <exception cref="InvalidDataException">The file is no cache, or one of other clips or of another tokenizer.</exception>
    public static TokenCache Load(string path, string tokenizerHash, ClipDataset clips)
    {
        ArgumentNullException.ThrowIfNull(clips);
        using var scope = NewDisposeScope();
        var (tensors, metadata) = SafeTensors.Read(path);
        if (metadata.GetValueOrDefault("format") != Format || !tensors.TryGetValue("tokens", out var tokens))
        {
            throw new InvalidDataException($"{path}: not a token cache of this version; delete it and tokenize again");
        }

        if (metadata["tokenizer"] != tokenizerHash)
        {
            throw new InvalidDataException($"{path}: made by tokenizer {Short(metadata["tokenizer"])}, not {Short(tokenizerHash)}; tokenize again");
        }

        if (metadata["data"] != clips.Fingerprint || metadata["frameStride"] != clips.Sampling.FrameStride.ToString(CultureInfo.InvariantCulture))
        {
            throw new InvalidDataException($"{path}: made from other clips than these, or at another frame stride; tokenize again");
        }

        GenerationTask[] tasks = metadata["tasks"].Length == 0 ? [] : [.. metadata["tasks"].Split(',').Select(GenerationTasks.Parse)];
        var (ofClip, starts, flipped) = (Integers(tensors["clips"]), Integers(tensors["starts"]), Integers(tensors["flipped"]));
        return new TokenCache(tokens.DetachFromDisposeScope(), [.. ofClip.Select((clip, i) => new ClipWindow(clip, starts[i], flipped[i] == 1))], tasks,
            int.Parse(metadata["givenFrames"], CultureInfo.InvariantCulture));
    }

    /// <summary>Whether the tokens that a task needs are here; class-conditional generation needs none, drawn masks never are.</summary>
    public bool Covers(GenerationTask task) => task == GenerationTask.ClassConditional || _places.ContainsKey(RegionOf(task));

    /// <inheritdoc/>
    public void Dispose() => _tokens.Dispose();

    /// <summary>Whether every clip has windows for this way of cutting them.</summary>
    internal bool Covers(ClipSampling sampling) => !sampling.Flip || _windows.Exists(w => w.IsFlipped);

    /// <summary>The row of the stored window nearest to one of a clip.</summary>
    internal int Find(ClipWindow window) => _rows[(window.Clip, window.IsFlipped)].MinBy(row => Math.Abs(_windows[row].Start - window.Start));

    /// <summary>The window of a row.</summary>
    internal ClipWindow Window(int row) => _windows[row];

    /// <summary>z of a row, int64 [N].</summary>
    internal Tensor Tokens(int row) => _tokens.select(0, row).select(0, 0).to(int64);

    /// <summary>z~ of a row under a task, int64 [N]; z, which nobody reads, when the task has no condition.</summary>
    internal Tensor ConditionTokens(int row, GenerationTask task) =>
        _tokens.select(0, row).select(0, task.NeedsInput() ? _places[RegionOf(task)] : 0).to(int64);

    // What is given does not depend on whether the class is told too.
    private static GenerationTask RegionOf(GenerationTask task) => task == GenerationTask.ClassFramePrediction ? GenerationTask.FramePrediction : task;

    private static IEnumerable<int> Starts(ClipDataset clips, int clip, int windowFrames, int most)
    {
        var last = clips.Sampling.RandomStart ? Math.Max(0, clips.FrameCount(clip) - 1 - (windowFrames - 1) * clips.Sampling.FrameStride) : 0;
        var count = Math.Clamp(most, 1, last + 1);
        return Enumerable.Range(0, count).Select(i => count == 1 ? last / 2 : (int)((long)i * last / (count - 1)));
    }

    private static int[] Integers(Tensor tensor) => Array.ConvertAll(tensor.data<long>().ToArray(), x => (int)x);

    private static string Short(string hash) => hash[..Math.Min(12, hash.Length)];
}
