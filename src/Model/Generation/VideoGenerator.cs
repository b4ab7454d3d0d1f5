using Magvit.Model.Checkpoints;
using Magvit.Model.Decoding;
using Magvit.Model.Masking;
using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;
using static TorchSharp.torch;

namespace Magvit.Model.Generation;

/// <summary>A tokenizer and a transformer that fit together: from a request to a clip (spec §8). One caller at a time.</summary>
public sealed class VideoGenerator : IDisposable
{
    private readonly VideoTokenizer _tokenizer;
    private readonly MaskedTransformer _transformer;
    private readonly ConditionBuilder _conditions;
    private readonly RecordedTransformer _passes;
    private readonly ParallelDecoder _decoder;
    private readonly Dictionary<(GenerationTask Task, int GivenFrames), Tensor> _knownPixels = [];     // of the tasks that were asked for: previews ask again and again

    private VideoGenerator(VideoTokenizer tokenizer, MaskedTransformer transformer, ModelManifest manifest, string tokenizerHash, string hash, IDeviceControl? control = null)
    {
        (_tokenizer, _transformer, Manifest, TokenizerHash, Hash) = (tokenizer, transformer, manifest, tokenizerHash, hash);
        _conditions = new ConditionBuilder(tokenizer.Config.Geometry);
        _passes = new RecordedTransformer(transformer, control);
        _decoder = new ParallelDecoder(_passes.Forward, _passes.SequencesPerPass);
    }

    /// <summary>What is known of the transformer.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>SHA-256 of the transformer's weights file.</summary>
    public string Hash { get; }

    /// <summary>SHA-256 of the tokenizer's weights file.</summary>
    public string TokenizerHash { get; }

    /// <summary>The clips it makes.</summary>
    public ClipGeometry Geometry => _tokenizer.Config.Geometry;

    /// <summary>Parameters of both networks.</summary>
    public long ParameterCount => _tokenizer.parameters().Concat(_transformer.parameters()).Sum(p => p.numel());

    /// <summary>Loads a model folder: <c>tokenizer/</c> and <c>transformer/</c>, each with model.json and model.safetensors.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="precision">The type of matrix products and convolutions.</param>
    /// <param name="device">Where to compute; the CPU unless said otherwise.</param>
    /// <param name="bytes">Products of bytes in the transformer's layers (<see cref="MaskedTransformer.Freeze"/>).</param>
    /// <param name="control">Who records its passes (<see cref="RecordedTransformer"/>); the device control of this build unless said otherwise.</param>
    /// <exception cref="InvalidDataException">A part is missing or damaged, or the transformer was trained on another tokenizer.</exception>
    public static VideoGenerator Load(string folder, ScalarType precision, Device? device = null, bool bytes = false, IDeviceControl? control = null)
    {
        var (tokenizerFolder, transformerFolder) = (Path.Combine(folder, "tokenizer"), Path.Combine(folder, "transformer"));
        var tokenizerManifest = ModelManifest.Read(tokenizerFolder);
        var manifest = ModelManifest.Read(transformerFolder);
        var (tokenizerHash, hash) = (ModelFolder.Hash(tokenizerFolder), ModelFolder.Hash(transformerFolder));
        if (manifest.TokenizerHash != tokenizerHash)
        {
            throw new InvalidDataException(
                $"{folder}: the transformer was trained on tokenizer {manifest.TokenizerHash}, but the tokenizer there is {tokenizerHash}; their tokens mean different things");
        }

        var tokenizer = new VideoTokenizer(tokenizerManifest.Tokenizer ?? throw new InvalidDataException($"{tokenizerFolder}: no tokenizer shape"));
        var transformer = new MaskedTransformer(manifest.Transformer ?? throw new InvalidDataException($"{transformerFolder}: no transformer shape"));
        ModelFolder.ReadWeights(tokenizerFolder, tokenizer);
        ModelFolder.ReadWeights(transformerFolder, transformer);
        tokenizer.Freeze(precision, device ?? CPU);
        transformer.Freeze(precision, device ?? CPU, bytes);
        return new VideoGenerator(tokenizer, transformer, manifest, tokenizerHash, hash, control);
    }

    /// <summary>A generator over networks in memory, such as one that is being trained; it takes them over.</summary>
    /// <param name="tokenizer">The tokenizer whose tokens the transformer speaks.</param>
    /// <param name="transformer">The transformer.</param>
    /// <param name="manifest">Names its classes.</param>
    public static VideoGenerator Of(VideoTokenizer tokenizer, MaskedTransformer transformer, ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(manifest);
        return new VideoGenerator(tokenizer, transformer, manifest, manifest.TokenizerHash ?? "", "");
    }

    /// <summary>Whether the model is the autoregressive baseline, which makes whole clips by <see cref="GenerateAll"/> and knows no steps.</summary>
    public bool IsAutoregressive => _transformer.Config.IsCausal;

    /// <summary>Starts a sample: condition clip, condition tokens, prefix.</summary>
    /// <exception cref="ArgumentException">The request does not fit the task or the model; the message says what is allowed.</exception>
    public DecodingSample Begin(GenerationInput input) => Begin(input, null);

    /// <summary>Takes a sample up where it stopped; without a state, starts it.</summary>
    /// <param name="input">The request.</param>
    /// <param name="state">Where the sample stopped; null begins.</param>
    /// <exception cref="ArgumentException">The request does not fit the task or the model; the message says what is allowed.</exception>
    public DecodingSample Begin(GenerationInput input, DecodingState? state)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var vocabulary = _transformer.Config.Vocabulary;
        var (conditionTokens, tokenMask) = (full([Geometry.TokenCount], vocabulary.MaskToken, int64), zeros([Geometry.TokenCount], ScalarType.Bool));
        var prefix = vocabulary.Prefix(input.Task, input.Task.NeedsClass() ? Label(input.ClassName) : null);
        if (input.Task.NeedsInput())
        {
            var condition = ConditionOf(input);
            conditionTokens = _tokenizer.Encode(condition.Clip).view(-1);
            tokenMask = condition.TokenMask.view(-1);
        }

        return new DecodingSample(new DecodingInput(prefix, conditionTokens, tokenMask, vocabulary.MaskToken)
        {
            UnconditionalPrefix = vocabulary.Prefix(GenerationTask.ClassConditional, null),
            Conditioning = _transformer.Config.Conditioning,
            Kept = input.Kept,
        }, Suited(input.Options, input.Task), state);
    }

    /// <summary>The options with what suits this model where they leave it open.</summary>
    public DecodingOptions Suited(DecodingOptions options, GenerationTask task)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with
        {
            SamplingTemperature = options.SamplingTemperature ?? Manifest.SamplingTemperature,
            Guidance = options.Guidance ?? (task.NeedsClass() ? Manifest.Guidance : 0),
        };
    }

    /// <summary>Advances samples by one decoding step each, in one forward pass.</summary>
    /// <param name="samples">Samples of this model, none of them done.</param>
    /// <param name="onProbabilities">Sees each sample's place and the network's probabilities float32 [N, K], which it may use during the call.</param>
    /// <exception cref="InvalidOperationException">The model is autoregressive.</exception>
    public IReadOnlyList<DecodingStep> Advance(IReadOnlyList<DecodingSample> samples, Action<int, Tensor>? onProbabilities = null) => IsAutoregressive
        ? throw new InvalidOperationException("an autoregressive model has no decoding steps; use GenerateAll")
        : _decoder.Advance(samples, onProbabilities);

    /// <summary>Tokens [N] to frames [1, 3, T, H, W] in [0, 1]; with the input, its known pixels are put back exactly.</summary>
    public Tensor ToFrames(long[] tokens, GenerationInput? keep = null)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var frames = _tokenizer.Decode(tensor(tokens, [1, Geometry.LatentFrames, Geometry.LatentHeight, Geometry.LatentWidth]));
        if (keep is { KeepInput: true, Clip: not null })
        {
            frames = where(KnownPixelsOf(keep), keep.Clip, frames);
        }

        return frames.MoveToOuterDisposeScope();
    }

    /// <summary>Clip [1, 3, T, H, W] through the tokenizer and back.</summary>
    public Tensor Reconstruct(Tensor clip)
    {
        using var scope = NewDisposeScope();
        return _tokenizer.Decode(_tokenizer.Encode(clip)).MoveToOuterDisposeScope();
    }

    /// <summary>Decodes one sample from the first step to the last.</summary>
    /// <returns>The tokens, [N].</returns>
    public long[] Generate(GenerationInput input, Action<DecodingStep>? onStep, CancellationToken cancellationToken) =>
        GenerateAll([input], steps => onStep?.Invoke(steps[0]), cancellationToken)[0];

    /// <summary>Decodes samples together, whatever kind of model this is.</summary>
    /// <param name="inputs">One or more requests; tasks, classes and options may differ.</param>
    /// <param name="onStep">Takes each step of the samples that are not done yet; of an autoregressive model none.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The tokens [N] of each, in the order of <paramref name="inputs"/>.</returns>
    public IReadOnlyList<long[]> GenerateAll(
        IReadOnlyList<GenerationInput> inputs, Action<IReadOnlyList<DecodingStep>>? onStep, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var samples = new List<DecodingSample>();
        try
        {
            foreach (var input in inputs)
            {
                samples.Add(Begin(input));
            }

            return IsAutoregressive
                ? new AutoregressiveDecoder(_transformer).Decode(samples, null, cancellationToken)
                : DecodeAll(samples, onStep, cancellationToken);
        }
        finally
        {
            samples.ForEach(s => s.Dispose());
        }
    }

    /// <summary>Has guidance take passes of its own from now on (<see cref="ParallelDecoder.GuidesApart"/>); false if it does already.</summary>
    public bool GuideApart()
    {
        var before = _decoder.GuidesApart;
        _decoder.GuidesApart = true;
        return !before;
    }

    /// <summary>Lets go of what it keeps between passes to be faster, on a device that has no more memory.</summary>
    public void Trim()
    {
        _passes.Clear();
        Devices.Control.EmptyCache();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var known in _knownPixels.Values)
        {
            known.Dispose();
        }

        _passes.Dispose();
        _tokenizer.Dispose();
        _transformer.Dispose();
    }

    private long[][] DecodeAll(List<DecodingSample> samples, Action<IReadOnlyList<DecodingStep>>? onStep, CancellationToken cancellationToken)
    {
        var tokens = new long[samples.Count][];
        while (samples.Where(s => !s.IsDone).ToList() is [_, ..] open)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var steps = Advance(open);
            for (var i = 0; i < open.Count; i++)
            {
                tokens[samples.IndexOf(open[i])] = steps[i].Tokens;
            }

            onStep?.Invoke(steps);
        }

        return tokens;
    }

    private Condition ConditionOf(GenerationInput input)
    {
        var clip = input.Clip ?? throw new ArgumentException($"{input.Task.Name()} needs an input clip", nameof(input));
        if (input.Task == GenerationTask.CustomMask)
        {
            return _conditions.BuildCustom(clip, input.KnownPixels ?? throw new ArgumentException("custom-mask needs a mask", nameof(input)));
        }

        return _conditions.Build(input.Task, clip, input.GivenFrames, input.GivenLatentFrames);
    }

    private Tensor KnownPixelsOf(GenerationInput input)
    {
        if (input.Task == GenerationTask.CustomMask)
        {
            return input.KnownPixels ?? throw new ArgumentException("custom-mask needs a mask", nameof(input));
        }

        if (!_knownPixels.TryGetValue((input.Task, input.GivenFrames), out var known))
        {
            _knownPixels[(input.Task, input.GivenFrames)] = known = _conditions.KnownPixels(input.Task, input.GivenFrames).DetachFromDisposeScope();
        }

        return known;
    }

    private int Label(string? className)
    {
        for (var i = 0; i < Manifest.ClassNames.Count; i++)
        {
            if (Manifest.ClassNames[i] == className)
            {
                return i;
            }
        }

        throw new ArgumentException(
            $"no class {className ?? "given"}; the model has {string.Join(", ", Manifest.ClassNames.DefaultIfEmpty("none"))}", nameof(className));
    }
}
