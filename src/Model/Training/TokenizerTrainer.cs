using Magvit.Model.Metrics;
using Magvit.Model.Tokenizer;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>Stage 1: trains a tokenizer by reconstruction and the quantizer's own loss (spec §4 without its adversarial terms).</summary>
public sealed class TokenizerTrainer
{
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

    /// <summary>Trains from the run's checkpoint, if any, to the last step and leaves the averaged weights in the tokenizer.</summary>
    /// <returns>Metrics on the held-out clips.</returns>
    /// <exception cref="NonFiniteLossException">The loss became NaN or infinite; the last checkpoint stands.</exception>
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
            _tokenizer.parameters().Where(p => p.requires_grad).ToList(), lr: _options.PeakLearningRate, beta1: 0.9, beta2: 0.99, weight_decay: 0);
        return new TrainingLoop(_tokenizer, optimizer, _options, _run)
            .Run(step => Step(train, step), () => Evaluate(heldOut), progress, cancellationToken);
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

    private TrainingStep Step(ClipDataset train, int step)
    {
        var (clips, _) = train.Batch(step, _options.BatchSize, _tokenizer.Config.Frames, _options.Seed);
        var output = _tokenizer.forward(clips);
        var reconstruction = nn.functional.mse_loss(output.Reconstruction, clips);
        var loss = output.QuantizerLoss is null ? reconstruction : reconstruction + output.QuantizerLoss;
        return new TrainingStep(loss, new Dictionary<string, double>
        {
            ["psnr"] = -10 * Math.Log10(reconstruction.ToDouble()),
            ["codes"] = output.Tokens.data<long>().ToArray().Distinct().Count(),
        });
    }
}
