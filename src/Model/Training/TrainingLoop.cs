using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>
/// What both stages share: resume, then for each step (1) loss, (2) backward, (3) update, (4) average, and now and then (5) report, (6) measure on
/// held-out clips and (7) store. At the end the averaged weights are in the network.
/// </summary>
internal sealed class TrainingLoop(nn.Module network, AdamW optimizer, TrainingOptions options, RunDirectory run)
{
    private const int ReportEvery = 20;
    private const double MaxGradientNorm = 1;

    private readonly Stopwatch _sinceReport = new();

    /// <summary>Trains from the run's checkpoint, if any, to the last step.</summary>
    /// <param name="computeStep">The loss of a step, counted from 0; a function of the step and the weights alone, so that resuming changes nothing.</param>
    /// <param name="evaluate">Figures on held-out clips.</param>
    /// <param name="progress">Takes reports.</param>
    /// <param name="cancellationToken">Stops between steps; the last checkpoint stands.</param>
    /// <returns>The figures of the averaged weights.</returns>
    /// <exception cref="NonFiniteLossException">The loss became NaN or infinite; the last checkpoint stands.</exception>
    public IReadOnlyDictionary<string, double> Run(
        Func<int, TrainingStep> computeStep, Func<IReadOnlyDictionary<string, double>> evaluate,
        IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        using var ema = new ExponentialMovingAverage(network, options.EmaDecay);
        var schedule = new LearningRateSchedule(options.PeakLearningRate, options.WarmupSteps, options.Steps);
        var first = run.Resume(network, ema, optimizer);
        var sinceCheckpoint = Stopwatch.StartNew();
        var losses = new List<double>();
        _sinceReport.Restart();
        network.train();
        for (var step = first; step < options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var outcome = computeStep(step);                                                                 // 1
            losses.Add(outcome.Loss.ToDouble());
            NonFiniteLossException.ThrowIfNotFinite(losses[^1], step);
            outcome.Loss.backward();                                                                         // 2
            Update(schedule.At(step + 1));                                                                   // 3
            ema.Update(step);                                                                                // 4
            if ((step + 1) % ReportEvery == 0)                                                               // 5
            {
                var values = new Dictionary<string, double>(outcome.Values) { ["loss"] = losses.Average(), ["lr"] = schedule.At(step + 1) };
                Report(progress, step + 1, losses.Count * options.BatchSize / _sinceReport.Elapsed.TotalSeconds, values);
                losses.Clear();
            }

            if ((step + 1) % options.EvaluateEvery == 0)                                                     // 6
            {
                using var averaged = ema.Apply();
                Report(progress, step + 1, 0, evaluate(), isMeasurement: true);
            }

            if (sinceCheckpoint.Elapsed > options.CheckpointEvery || step + 1 == options.Steps)              // 7
            {
                run.SaveCheckpoint(step + 1, network, ema, optimizer);
                sinceCheckpoint.Restart();
            }
        }

        network.load_state_dict(ema.Weights.ToDictionary(), strict: false);
        return evaluate();
    }

    private void Update(double learningRate)
    {
        nn.utils.clip_grad_norm_(optimizer.parameters(), MaxGradientNorm);
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }

        optimizer.step();
    }

    private void Report(
        IProgress<TrainingProgress>? progress, int step, double clipsPerSecond, IReadOnlyDictionary<string, double> values, bool isMeasurement = false)
    {
        run.Metrics.Append(step, values);
        progress?.Report(new TrainingProgress(step, options.Steps, clipsPerSecond, values, isMeasurement));
        _sinceReport.Restart();
    }
}
