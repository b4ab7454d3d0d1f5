using Magvit.Model.Discriminator;
using Magvit.Model.Losses;
using Magvit.Model.Metrics;
using Magvit.Model.Tokenizer;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>Stage 1: trains a tokenizer against reconstruction, perceptual, adversarial and quantizer losses (spec §4).</summary>
public sealed class TokenizerTrainer
{
    private const int FittedClips = 256;

    private readonly VideoTokenizer _tokenizer;
    private readonly TrainingOptions _options;
    private readonly RunDirectory _run;

    /// <summary>A trainer that changes the given tokenizer.</summary>
    public TokenizerTrainer(VideoTokenizer tokenizer, TrainingOptions options, RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(options);
        (_tokenizer, _options, _run) = (tokenizer, options, run);
        _tokenizer.Precision = options.BFloat16 ? bfloat16 : float32;
    }

    /// <summary>Weights of the losses; pixels and the quantizer alone unless said otherwise, <c>new()</c> is the paper's.</summary>
    public TokenizerLossOptions Losses { get; init; } = TokenizerLossOptions.ReconstructionOnly;

    /// <summary>The perceptual term; none unless said otherwise.</summary>
    public IPerceptualLoss Perceptual { get; init; } = new NoPerceptualLoss();

    /// <summary>A finished run of the 2D twin that a new run begins from; null begins from random weights (spec §5).</summary>
    public RunDirectory? InflateFrom { get; init; }

    /// <summary>How kernels of <see cref="InflateFrom"/> become three-dimensional.</summary>
    public InflationKind Inflation { get; init; } = InflationKind.Central;

    /// <summary>Whether the tokenizer goes on from trained weights, which a new run begins with as they are.</summary>
    public bool GoesOn { get; init; }

    /// <summary>Takes the report of an inflation: what was left random is worth a warning.</summary>
    public Action<InflationReport>? Inflated { get; init; }

    /// <summary>Trains from the run's checkpoint, if any, to the last step and leaves the averaged weights in the tokenizer.</summary>
    /// <returns>Metrics on the held-out clips.</returns>
    /// <exception cref="NonFiniteLossException">The loss became NaN or infinite; the last checkpoint stands.</exception>
    /// <exception cref="InvalidDataException">The checkpoint belongs to another network or recipe, or there is nothing to inflate from.</exception>
    public IReadOnlyDictionary<string, double> Train(
        ClipDataset train, ClipDataset heldOut, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(heldOut);
        foreach (var (name, parameter) in _tokenizer.named_parameters())
        {
            parameter.requires_grad = !_options.DecoderOnly || name.StartsWith("decoder.", StringComparison.Ordinal);
        }

        using var optimizer = optim.AdamW(
            _tokenizer.parameters().Where(p => p.requires_grad).ToList(), lr: _options.PeakLearningRate, beta1: _options.TokenizerBeta1, beta2: 0.99,
            weight_decay: 0);
        using var adversary = Losses.Adversarial == 0 ? null
            : new AdversarialTraining(new VideoDiscriminator(DiscriminatorConfig.For(_tokenizer.Config)).to(_tokenizer.Device), _options, Losses);
        using var recomputation = _options.RecomputeActivations ? new ActivationRecomputation() : null;
        _tokenizer.Recomputation = recomputation;
        _tokenizer.HardEntropy = Losses.HardEntropy;
        try
        {
            var loop = new TrainingLoop(_tokenizer, optimizer, _options, _run) { Adversary = adversary, Initialize = weights => Initialize(weights, train) };
            return loop.Run(index => Step(train, index, adversary), () => Evaluate(heldOut), progress, cancellationToken);
        }
        finally
        {
            _tokenizer.Recomputation = null;
        }
    }

    /// <summary>PSNR and code use of reconstructions of the clips' first windows.</summary>
    public IReadOnlyDictionary<string, double> Evaluate(ClipDataset clips)
    {
        ArgumentNullException.ThrowIfNull(clips);
        _tokenizer.eval();
        double psnr = 0;
        var used = new HashSet<long>();
        for (var i = 0; i < clips.Count; i++)
        {
            using var scope = NewDisposeScope();
            var clip = clips.Window(i, 0, _tokenizer.Config.Frames);
            var tokens = _tokenizer.Encode(clip);
            psnr += Psnr.Compute(_tokenizer.Decode(tokens), clip);
            used.UnionWith(tokens.data<long>().ToArray());
        }

        _tokenizer.train();
        return new Dictionary<string, double>
        {
            ["heldOutPsnr"] = psnr / clips.Count,
            ["heldOutCodebookUse"] = (double)used.Count / _tokenizer.Config.Codes,
        };
    }

    // Both sides' gradients come from one reconstruction at the same weights (spec §4.3): (1) reconstruct, (2) the discriminator's gradients,
    // (3) the loss whose gradients the generator takes.
    private TrainingStep Step(ClipDataset train, int index, AdversarialTraining? adversary)
    {
        var (clips, _) = train.Batch(index, _options.MicroBatchSize, _tokenizer.Config.Frames, _options.Seed, _tokenizer.Device);
        var output = _tokenizer.forward(clips);                                                              // 1
        var values = adversary?.Backward(clips, output.Reconstruction, index / _options.MicroBatches) ?? []; // 2
        var fakeLogits = adversary?.Judge(output.Reconstruction);                                            // 3
        var loss = new TokenizerLoss(Losses, Perceptual).Compute(output, clips, index / _options.MicroBatches, fakeLogits);
        foreach (var (name, value) in loss.Terms)
        {
            values[name] = value;
        }

        values["psnr"] = -10 * Math.Log10(loss.Pixel);
        values["codes"] = output.Tokens.data<long>().ToArray().Distinct().Count();
        return new TrainingStep(loss.Total, values) { Recomputation = _tokenizer.Recomputation };
    }

    private void Initialize(IReadOnlyDictionary<string, Tensor> weights, ClipDataset train)
    {
        if (_tokenizer.Blocks is not null && !GoesOn)
        {
            Fit(weights, train);
        }

        if (InflateFrom is not null)
        {
            var source = InflateFrom.ReadCheckpoint()
                ?? throw new InvalidDataException("there is no checkpoint to inflate from: train the 2D twin first");
            Inflated?.Invoke(WeightInflation.Apply(weights, source.Tensors, Inflation));
        }
    }

    // The linear path of blocks begins where residual quantization of principal components ends; its averages begin there too.
    private void Fit(IReadOnlyDictionary<string, Tensor> weights, ClipDataset train)
    {
        using var scope = NewDisposeScope();
        var count = Math.Min(train.Count, FittedClips);
        BlockFit.Apply(_tokenizer, [.. Enumerable.Range(0, count).Select(i => train.Window(i * train.Count / count, 0, _tokenizer.Config.Frames))], _options.Seed);
        foreach (var (name, parameter) in _tokenizer.named_parameters())
        {
            weights["ema." + name].copy_(parameter);
        }
    }
}
