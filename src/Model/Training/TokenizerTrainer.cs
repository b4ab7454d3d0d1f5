using System.Diagnostics;
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

    /// <summary>
    /// Trains from the run's checkpoint, if any, to the last step and leaves the averaged weights in the tokenizer:
    /// (1) batch of the step, (2) forward, (3) losses, (4) backward, (5) update, (6) average, (7) now and then measure and store.
    /// </summary>
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

        var trained = _tokenizer.parameters().Where(p => p.requires_grad).ToList();
        using var optimizer = optim.AdamW(trained, lr: _options.PeakLearningRate, beta1: 0.9, beta2: 0.99, weight_decay: 0);
        using var ema = new ExponentialMovingAverage(_tokenizer, _options.EmaDecay);
        var schedule = new LearningRateSchedule(_options.PeakLearningRate, _options.WarmupSteps, _options.Steps);
        var first = _run.Resume(_tokenizer, ema, optimizer);
        var sinceCheckpoint = Stopwatch.StartNew();
        var sinceReport = Stopwatch.StartNew();
        _tokenizer.train();
        for (var step = first; step < _options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (clips, _) = train.Batch(step, _options.BatchSize, _tokenizer.Config.Frames, _options.Seed);                 // 1
            optimizer.zero_grad();
            var output = _tokenizer.forward(clips);                                                                          // 2
            var reconstruction = nn.functional.mse_loss(output.Reconstruction, clips);                                       // 3
            var loss = output.QuantizerLoss is null ? reconstruction : reconstruction + output.QuantizerLoss;
            loss.backward();                                                                                                 // 4
            NonFiniteLossException.ThrowIfNotFinite(loss.ToDouble(), step);
            nn.utils.clip_grad_norm_(trained, 1.0);
            optimizer.ParamGroups[0].LearningRate = schedule.At(step + 1);
            optimizer.step();                                                                                                // 5
            ema.Update(step);                                                                                                // 6
            if ((step + 1) % 20 == 0)                                                                                        // 7
            {
                var values = new Dictionary<string, double>
                {
                    ["loss"] = loss.ToDouble(),
                    ["psnr"] = -10 * Math.Log10(reconstruction.ToDouble()),
                    ["codes"] = CodesUsed(output.Tokens),
                    ["lr"] = schedule.At(step + 1),
                };
                Report(progress, step + 1, 20 * _options.BatchSize / sinceReport.Elapsed.TotalSeconds, values);
                sinceReport.Restart();
            }

            if ((step + 1) % _options.EvaluateEvery == 0)
            {
                using var averaged = ema.Apply();
                Report(progress, step + 1, 0, Evaluate(heldOut));
                sinceReport.Restart();
            }

            if (sinceCheckpoint.Elapsed > _options.CheckpointEvery || step + 1 == _options.Steps)
            {
                _run.SaveCheckpoint(step + 1, _tokenizer, ema, optimizer);
                sinceCheckpoint.Restart();
            }
        }

        _tokenizer.load_state_dict(ema.Weights.ToDictionary());
        return Evaluate(heldOut);
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

    private static double CodesUsed(Tensor tokens) => tokens.data<long>().ToArray().Distinct().Count();

    private void Report(IProgress<TrainingProgress>? progress, int step, double clipsPerSecond, IReadOnlyDictionary<string, double> values)
    {
        _run.Log(step, values);
        progress?.Report(new TrainingProgress(step, _options.Steps, clipsPerSecond, values));
    }
}
