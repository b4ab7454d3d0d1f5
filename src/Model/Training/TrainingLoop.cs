using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>
/// What both stages share: resume, then for each step (1) losses and gradients of its micro-batches, (2) update, (3) average, and now and then (4) report,
/// (5) measure on held-out clips and (6) store. At the end the averaged weights are in the network.
/// </summary>
internal sealed class TrainingLoop(nn.Module network, AdamW optimizer, TrainingOptions options, RunDirectory run)
{
    private const int ReportEvery = 20;

    private readonly Stopwatch _sinceReport = new();

    /// <summary>The discriminator's side, updated at the same time (spec §4.3); null without one.</summary>
    public AdversarialTraining? Adversary { get; init; }

    /// <summary>Changes the first weights of a run that has no checkpoint: network, average and discriminator by their names in a checkpoint.</summary>
    public Action<IReadOnlyDictionary<string, Tensor>>? Initialize { get; init; }

    /// <summary>Trains from the run's checkpoint, if any, to the last step.</summary>
    /// <param name="computeStep">
    /// The loss of a micro-batch, counted from 0 over all steps; a function of that number and the weights alone, so that resuming changes nothing.
    /// </param>
    /// <param name="evaluate">Figures on held-out clips.</param>
    /// <param name="progress">Takes reports.</param>
    /// <param name="cancellationToken">Stops between steps; the last checkpoint stands.</param>
    /// <returns>The figures of the averaged weights.</returns>
    /// <exception cref="NonFiniteLossException">The loss or its gradient became NaN or infinite; the last checkpoint stands.</exception>
    /// <exception cref="InvalidDataException">The checkpoint belongs to another network or recipe.</exception>
    public IReadOnlyDictionary<string, double> Run(
        Func<int, TrainingStep> computeStep, Func<IReadOnlyDictionary<string, double>> evaluate,
        IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        options.Validate();
        using var ema = new ExponentialMovingAverage(network, options.EmaDecay, options.EmaRampUp);
        var schedule = new LearningRateSchedule(options.PeakLearningRate, options.WarmupSteps, options.Steps);
        var first = Resume(ema);
        var sinceCheckpoint = Stopwatch.StartNew();
        var losses = new List<double>();
        _sinceReport.Restart();
        network.train();
        for (var step = first; step < options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var values = Gradients(computeStep, step);                                                       // 1
            losses.Add(values["loss"]);
            Update(schedule.At(step + 1), step);                                                             // 2
            ema.Update(step);                                                                                // 3
            if ((step + 1) % ReportEvery == 0)                                                               // 4
            {
                (values["loss"], values["lr"]) = (losses.Average(), schedule.At(step + 1));
                Report(progress, step + 1, losses.Count * options.BatchSize / _sinceReport.Elapsed.TotalSeconds, values);
                losses.Clear();
            }

            if ((step + 1) % options.EvaluateEvery == 0)                                                     // 5
            {
                using var averaged = ema.Apply();
                Report(progress, step + 1, 0, evaluate(), isMeasurement: true);
            }

            if (sinceCheckpoint.Elapsed > options.CheckpointEvery || step + 1 == options.Steps)              // 6
            {
                Save(step + 1, ema);
                sinceCheckpoint.Restart();
            }
        }

        network.load_state_dict(ema.Weights.ToDictionary(), strict: false);
        return evaluate();
    }

    // The gradients of all micro-batches, and the means of their figures.
    private Dictionary<string, double> Gradients(Func<int, TrainingStep> computeStep, int step)
    {
        optimizer.zero_grad();
        Adversary?.ZeroGradients();
        var means = new Dictionary<string, double>();
        for (var i = 0; i < options.MicroBatches; i++)
        {
            using var scope = NewDisposeScope();
            var outcome = computeStep(step * options.MicroBatches + i);
            var loss = outcome.Loss.ToDouble();
            NonFiniteLossException.ThrowIfNotFinite(loss, step);
            outcome.Backward(options.MicroBatches);
            foreach (var (name, value) in outcome.Values.Append(new("loss", loss)))
            {
                means[name] = means.GetValueOrDefault(name) + value / options.MicroBatches;
            }
        }

        return means;
    }

    // All gradients were taken at the same weights: both sides move at once.
    private void Update(double learningRate, int step)
    {
        var norm = nn.utils.clip_grad_norm_(optimizer.parameters(), options.MaxGradientNorm);
        NonFiniteLossException.ThrowIfGradientNotFinite(norm, step);
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }

        Adversary?.Update(learningRate, step);
        optimizer.step();
    }

    private void Report(
        IProgress<TrainingProgress>? progress, int step, double clipsPerSecond, IReadOnlyDictionary<string, double> values, bool isMeasurement = false)
    {
        run.Metrics.Append(step, values);
        progress?.Report(new TrainingProgress(step, options.Steps, clipsPerSecond, values, isMeasurement));
        _sinceReport.Restart();
    }

    // Everything that changes in training and is not a function of the step: generators and data order are.
    private void Save(int step, ExponentialMovingAverage ema)
    {
        using var scope = NewDisposeScope();
        var tensors = Weights(ema);
        foreach (var (name, tensor) in OptimizerCheckpoint.Tensors(optimizer).Select(t => ("optimizer." + t.Key, t.Value)).Concat(Adversary?.State() ?? []))
        {
            tensors[name] = tensor;
        }

        run.SaveCheckpoint(step, tensors);
    }

    private int Resume(ExponentialMovingAverage ema)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var weights = Weights(ema);
        if (run.ReadCheckpoint() is not { } checkpoint)
        {
            Initialize?.Invoke(weights);
            return 0;
        }

        checkpoint.RequireSame(weights);
        foreach (var (name, tensor) in weights)
        {
            tensor.copy_(checkpoint.Tensors[name]);
        }

        OptimizerCheckpoint.Load(optimizer, checkpoint.Below("optimizer."));
        Adversary?.Restore(checkpoint);
        run.Metrics.Truncate(checkpoint.Step);
        return checkpoint.Step;
    }

    private Dictionary<string, Tensor> Weights(ExponentialMovingAverage ema)
    {
        var weights = new Dictionary<string, Tensor>();
        foreach (var (name, parameter) in network.named_parameters())
        {
            weights["model." + name] = parameter;
            weights["ema." + name] = ema.Weights[name];
        }

        foreach (var (name, parameter) in Adversary?.Discriminator.named_parameters() ?? [])
        {
            weights["discriminator." + name] = parameter;
        }

        return weights;
    }
}
