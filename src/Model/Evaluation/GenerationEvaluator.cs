using System.Diagnostics;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Model.Masking;
using static TorchSharp.torch;

namespace Magvit.Model.Evaluation;

/// <summary>
/// Has a model do one task on real windows, each with a seed of its own, and measures the clips beside those of a baseline that needs no model (spec §10).
/// </summary>
public sealed class GenerationEvaluator
{
    private readonly VideoGenerator _generator;
    private readonly EvaluationNetworks _networks;
    private readonly EvaluationOptions _options;

    /// <summary>An evaluator of a model.</summary>
    public GenerationEvaluator(VideoGenerator generator, EvaluationNetworks networks, EvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_generator, _networks, _options) = (generator, networks, options);
    }

    /// <summary>Evaluates one task on all windows: for each batch (1) decode, (2) make frames, (3) make the baseline's, (4) measure, (5) keep samples.</summary>
    /// <param name="task">The task.</param>
    /// <param name="windows">Real windows; their pixels give the conditions, their labels the classes.</param>
    /// <param name="classNames">Names of the windows' labels.</param>
    /// <param name="real">What was measured of the real windows, for the Frechet distances.</param>
    /// <param name="shelf">Takes samples to look at.</param>
    /// <param name="progress">Takes clips done.</param>
    /// <param name="cancellationToken">Stops between decoding steps.</param>
    /// <exception cref="ArgumentException">The model does not know one of the classes; the message lists those it knows.</exception>
    public TaskReport Evaluate(
        GenerationTask task, ClipWindows windows, IReadOnlyList<string> classNames, ClipMeasurements real, SampleShelf shelf,
        IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(classNames);
        ArgumentNullException.ThrowIfNull(shelf);
        var watch = Stopwatch.StartNew();
        var baseline = TaskBaseline.Of(task, _generator.Geometry);
        using var measured = new ClipMeasurements(_networks);
        using var ofBaseline = new ClipMeasurements(_networks);
        double logConfidence = 0;
        for (var i = 0; i < windows.Count; i += _options.BatchSize)
        {
            using var scope = NewDisposeScope();
            var (clips, labels) = windows.Batch(i, Math.Min(_options.BatchSize, windows.Count - i));
            var inputs = labels.Select((label, row) => Input(task, clips.narrow(0, row, 1), classNames[label], i + row)).ToList();
            var decoded = Decode(inputs, cancellationToken);                                                  // 1
            var frames = cat([.. decoded.Select((d, row) => _generator.ToFrames(d.Tokens, inputs[row]))]).cpu();   // 2
            var simple = baseline?.Compute(clips);                                                            // 3
            var reference = task.NeedsInput() ? clips : null;                                                 // nothing is given: no right answer
            measured.Add(frames, reference, labels);                                                          // 4
            if (simple is not null)
            {
                ofBaseline.Add(simple, reference, labels);
            }

            for (var row = 0; row < labels.Length; row++)                                                     // 5
            {
                logConfidence += decoded[row].LogConfidence;
                var confidence = Math.Exp(decoded[row].LogConfidence);
                if (shelf.Wants(i + row, confidence))
                {
                    shelf.Add(EvaluatedSample.Of(i + row, classNames[labels[row]], confidence, row, clips, simple, frames));
                }
            }

            progress?.Report(new EvaluationProgress(task.Name(), i + labels.Length, windows.Count));
        }

        return new TaskReport(task.Name(), measured.Count, measured.Summarise(real, _options.Folds), baseline?.Name,
            baseline is null ? new Dictionary<string, Measurement>() : ofBaseline.Summarise(real, _options.Folds),
            Math.Exp(logConfidence / windows.Count), watch.Elapsed.TotalSeconds);
    }

    private GenerationInput Input(GenerationTask task, Tensor clip, string className, int number)
    {
        var seed = _options.Seed + number;
        var known = task == GenerationTask.CustomMask ? RandomMasks.Draw(_generator.Geometry, new Random(seed)) : null;
        return new GenerationInput(task, task.NeedsInput() ? clip : null, known, task.NeedsClass() ? className : null,
            _options.Decoding with { Seed = seed }, _options.KeepInput);
    }

    // All samples of a batch advance together. The last step's confidence of a token is that of the step that accepted it.
    private List<(long[] Tokens, double LogConfidence)> Decode(List<GenerationInput> inputs, CancellationToken cancellationToken)
    {
        if (_generator.IsAutoregressive)
        {
            // It does not say how sure it is: 0.
            return [.. _generator.GenerateAll(inputs, null, cancellationToken).Select(tokens => (tokens, double.NegativeInfinity))];
        }

        var samples = new List<DecodingSample>();
        try
        {
            inputs.ForEach(input => samples.Add(_generator.Begin(input)));
            IReadOnlyList<DecodingStep> steps = [];
            while (!samples[0].IsDone)
            {
                cancellationToken.ThrowIfCancellationRequested();
                steps = _generator.Advance(samples);
            }

            return [.. steps.Select(step => (step.Tokens, step.Confidence.Average(c => Math.Log(Math.Max(c, 1e-12)))))];
        }
        finally
        {
            samples.ForEach(s => s.Dispose());
        }
    }
}
