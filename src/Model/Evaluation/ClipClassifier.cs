using System.Text.Json;
using Magvit.Model.Checkpoints;
using Magvit.Model.Tokenizer;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Evaluation;

/// <summary>
/// A small 3-D convolutional classifier of a data set's own classes: it names generated clips, and its features give the distance that we call FD-own.
/// Both are proxies where no Kinetics network is at hand, comparable only between clips judged by the same classifier (spec §10.3).
/// </summary>
public sealed class ClipClassifier : nn.Module<Tensor, Tensor>
{
    private const string ConfigKey = "classifier";
    private const int ClipsPerPass = 16;

    private readonly List<(PaddedConv3d Conv, ClipNorm Norm, long[] Pool)> _levels = [];
    [ComponentName(Name = "head")]
    private readonly Linear _head;

    /// <summary>A classifier with random weights.</summary>
    public ClipClassifier(ClipClassifierConfig config) : base(nameof(ClipClassifier))
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfLessThan(config.ClassNames.Count, 2, nameof(config));
        if (!int.IsPow2(config.BaseChannels))
        {
            throw new ArgumentException($"base channels: expected a power of two, got {config.BaseChannels}", nameof(config));
        }

        Config = config;
        var f = config.BaseChannels;
        (long Channels, long[] Pool)[] shape = [(f, [1, 2, 2]), (2 * f, [2, 2, 2]), (4 * f, [2, 2, 2]), (8 * f, [2, 2, 2])];
        long inputs = 3;
        for (var i = 0; i < shape.Length; i++)
        {
            var (channels, pool) = shape[i];
            var conv = new PaddedConv3d(inputs, channels, new ConvKernel(3, 3), bias: false, ConvPadding.Zero);
            var norm = new ClipNorm(channels);
            register_module($"conv{i}", conv);
            register_module($"norm{i}", norm);
            _levels.Add((conv, norm, pool));
            inputs = channels;
        }

        register_module("head", _head = nn.Linear(inputs, config.ClassNames.Count));
    }

    /// <summary>The shape it was built from.</summary>
    public ClipClassifierConfig Config { get; }

    /// <summary>The type that convolutions compute in.</summary>
    public ScalarType Precision { get; set; } = float32;

    /// <summary>Reads a classifier that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is none, or damaged.</exception>
    public static ClipClassifier Load(string path)
    {
        using var scope = NewDisposeScope();
        var (tensors, metadata) = SafeTensors.Read(path);
        var config = metadata.TryGetValue(ConfigKey, out var json) ? JsonSerializer.Deserialize<ClipClassifierConfig>(json) : null;
        var classifier = new ClipClassifier(config ?? throw new InvalidDataException($"{path}: not a classifier that evaluate wrote"));
        try
        {
            classifier.load_state_dict(tensors);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }

        classifier.eval();
        return classifier;
    }

    /// <summary>Writes weights and classes into one file.</summary>
    public void Save(string path) => SafeTensors.Write(
        path, state_dict(), new Dictionary<string, string> { [ConfigKey] = JsonSerializer.Serialize(Config) });

    /// <summary>Clips [B, 3, T, H, W] in [0, 1] to logits float32 [B, classes].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Classify(Describe(input)).MoveToOuterDisposeScope();
    }

    /// <summary>Clips [B, 3, T, H, W] in [0, 1] to features float32 [B, 8 f], the last maps averaged over time and space.</summary>
    /// <exception cref="ArgumentException">The shape is no clip's.</exception>
    public Tensor Describe(Tensor clips)
    {
        ArgumentNullException.ThrowIfNull(clips);
        if (clips.shape is not [_, 3, _, var height, var width])
        {
            throw new ArgumentException($"clips: expected [B, 3, T, H, W], got [{string.Join(", ", clips.shape)}]", nameof(clips));
        }

        using var scope = NewDisposeScope();
        var factor = (Math.Max(height, width) + Config.LongestSide - 1) / Config.LongestSide;
        var x = clips.to(_head.weight!.device);
        x = factor > 1 ? nn.functional.avg_pool3d(x, [1, factor, factor]) : x;
        x = ((x - 0.5) * 4).to(Precision);
        foreach (var (conv, norm, pool) in _levels)
        {
            x = norm.forward(conv.forward(x)).relu().to(float32);
            long[] window = [.. pool.Zip(x.shape.Skip(2), Math.Min)];                                      // tiny clips run out of cells to pool
            x = nn.functional.max_pool3d(x, window, window).to(Precision);
        }

        return x.to(float32).mean([2, 3, 4]).MoveToOuterDisposeScope();
    }

    /// <summary>Features [B, 8 f] to logits [B, classes].</summary>
    public Tensor Classify(Tensor features) => _head.forward(features);

    /// <summary>Features and logits of any number of clips, a few at a time, on the CPU; no gradient.</summary>
    public (Tensor Features, Tensor Logits) Inspect(Tensor clips)
    {
        ArgumentNullException.ThrowIfNull(clips);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        for (long i = 0; i < clips.size(0); i += ClipsPerPass)
        {
            parts.Add(Describe(clips.narrow(0, i, Math.Min(ClipsPerPass, clips.size(0) - i))));
        }

        var features = cat(parts);
        return (features.cpu().MoveToOuterDisposeScope(), Classify(features).cpu().MoveToOuterDisposeScope());
    }
}
