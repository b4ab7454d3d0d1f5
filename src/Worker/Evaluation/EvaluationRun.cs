using System.Diagnostics;
using Magvit.Infrastructure.Media;
using Magvit.Model.Evaluation;
using Magvit.Model.Masking;
using Magvit.Model.Perceptual;
using Magvit.Model.Training;
using Magvit.Worker.Generation;
using Magvit.Worker.Training;
using static TorchSharp.torch;

namespace Magvit.Worker.Evaluation;

/// <summary>
/// One evaluation from beginning to end: (1) load the model and decode the data, (2) find or train the classifier, load the frozen networks, (3) measure real
/// clips, (4) reconstruct, (5) ask the codec, (6) generate task by task, (7) write report and samples. The report is written anew after each task.
/// </summary>
internal sealed class EvaluationRun(EvaluationSetup setup, TextWriter output, TimeProvider time)
{
    private readonly EvaluationConsole _progress = new(output, time);
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Runs it.</summary>
    /// <returns>0.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        setup.Options.Validate();
        var weights = ReferenceWeights.Find(setup.Weights);
        Directory.CreateDirectory(setup.Out);
        var precision = setup.Float32 ? float32 : ComputeDevice.Precision;
        using var model = EvaluatedModel.Load(setup, precision);                                          // 1
        var geometry = model.Tokenizer.Config.Geometry;
        var cache = await ClipCache.EnsureAsync(
            setup.Data, Path.GetFullPath(Path.Combine(setup.Out, "..", "cache")), geometry.Width, geometry.Height, output.WriteLine, cancellationToken);
        using var all = ClipDataset.Load(cache).With(setup.Sampling);
        var (train, heldOut) = all.Split();
        var clips = setup.Split switch { EvaluationSplit.HeldOut => heldOut, EvaluationSplit.Train => train, _ => all };
        var windows = new ClipWindows(clips, geometry.Frames, setup.Options.Count, setup.Options.Seed);
        await output.WriteLineAsync($"{model.Name}: {windows.Count} windows ({windows.Distinct} differ) of {clips.Count} clips, {clips.ClassNames.Count} classes");
        var notes = new List<string>();
        var tasks = Tasks(model, clips, notes);

        var classifier = clips.ClassNames.Count < 2 ? null : ClassifierStore.Ensure(                     // 2
            setup.Classifier ?? Path.Combine(setup.Out, "classifier.safetensors"), train, geometry.Frames, setup.ClassifierOptions, precision, _progress, cancellationToken);
        using var networks = EvaluationNetworks.Load(
            weights, classifier, geometry.Frames, Math.Min(geometry.Height, geometry.Width), model.Tokenizer.parameters().First().device);
        notes.AddRange(networks.NotComputed);

        using var real = MeasureReal("real clips", networks, windows, cancellationToken);                // 3
        using var training = MeasureReal("training clips", networks, new ClipWindows(train, geometry.Frames, windows.Count, ~setup.Options.Seed), cancellationToken);
        var report = Report(model, windows, clips.Count, tasks.Count > 0) with
        {
            Real = real.Summarise(null, setup.Options.Folds),
            Training = training.Summarise(real, setup.Options.Folds),
        };

        using (var shelf = new SampleShelf(setup.SheetClips, 0))                                         // 4
        {
            var tokenizer = new TokenizerEvaluator(model.Tokenizer, networks, setup.Options)
                .Evaluate(windows, clips.ClassNames, real, shelf, _progress, cancellationToken);
            await SampleSheets.WriteAsync(SamplesFolder, "reconstruction", null, shelf, cancellationToken);
            report = report with { Tokenizer = tokenizer with { Codecs = await AskCodecAsync(model, windows, networks, notes, cancellationToken) } };   // 5
        }

        await WriteAsync(report, notes, cancellationToken);
        foreach (var task in tasks)                                                                      // 6
        {
            using var shelf = new SampleShelf(setup.SheetClips, setup.WorstClips);
            var outcome = new GenerationEvaluator(model.Generator!, networks, setup.Options)
                .Evaluate(task, windows, clips.ClassNames, real, shelf, _progress, cancellationToken);
            await SampleSheets.WriteAsync(SamplesFolder, task.Name(), outcome.Baseline, shelf, cancellationToken);
            report = report with { Tasks = [.. report.Tasks, outcome] };
            await WriteAsync(report, notes, cancellationToken);
        }

        await output.WriteLineAsync();                                                                   // 7
        await output.WriteAsync(await WriteAsync(report, notes, cancellationToken));
        await output.WriteLineAsync($"\nreport.json, report.md and samples/ are in {setup.Out}");
        return 0;
    }

    private string SamplesFolder => Path.Combine(setup.Out, "samples");

    // The tasks asked for; without a wish, those of the paper's ten that the model can be asked.
    private IReadOnlyList<GenerationTask> Tasks(EvaluatedModel model, ClipDataset clips, List<string> notes)
    {
        if (model.Generator is null)
        {
            return setup.Tasks is { Count: > 0 } ? throw new ArgumentException("--tasks needs a transformer: name --model DIR with both networks, or --transformer DIR") : [];
        }

        var tasks = setup.Tasks ?? [.. GenerationTasks.All.Where(t => t != GenerationTask.CustomMask)];
        var unknown = clips.ClassNames.Except(model.Generator.Manifest.ClassNames).ToList();
        if (unknown.Count == 0 || !tasks.Any(t => t.NeedsClass()))
        {
            return tasks;
        }

        var problem = $"the model does not know the class{(unknown.Count > 1 ? "es" : "")} {string.Join(", ", unknown)}";
        if (setup.Tasks is not null)
        {
            throw new ArgumentException($"{string.Join(", ", tasks.Where(t => t.NeedsClass()).Select(t => t.Name()))}: {problem}");
        }

        notes.Add($"Tasks that are told a class not evaluated: {problem}");
        return [.. tasks.Where(t => !t.NeedsClass())];
    }

    private ClipMeasurements MeasureReal(string stage, EvaluationNetworks networks, ClipWindows windows, CancellationToken cancellationToken)
    {
        var measured = new ClipMeasurements(networks);
        for (var i = 0; i < windows.Count; i += setup.Options.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (clips, labels) = windows.Batch(i, Math.Min(setup.Options.BatchSize, windows.Count - i));
            measured.Add(clips, null, labels);
            _progress.Report(new EvaluationProgress(stage, i + labels.Length, windows.Count));
        }

        return measured;
    }

    private async Task<IReadOnlyList<CodecReport>> AskCodecAsync(
        EvaluatedModel model, ClipWindows windows, EvaluationNetworks networks, List<string> notes, CancellationToken cancellationToken)
    {
        if (setup.CodecClips == 0)
        {
            return [];
        }

        try
        {
            return await CodecComparison.MeasureAsync(model.Tokenizer, windows, setup.CodecClips, networks, _progress, cancellationToken);
        }
        catch (MediaException e)
        {
            notes.Add(e.Message);
            return [];
        }
    }

    private EvaluationReport Report(EvaluatedModel model, ClipWindows windows, int clips, bool generates) => new()
    {
        Model = model.Name,
        TokenizerHash = model.TokenizerHash,
        TransformerHash = model.TransformerHash,
        Data = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(setup.Data)),
        Split = setup.Split switch { EvaluationSplit.HeldOut => "held-out", EvaluationSplit.Train => "train", _ => "all" },
        SplitClips = clips,
        DistinctWindows = windows.Distinct,
        SamplesPerFold = setup.Options.SamplesPerFold,
        Folds = setup.Options.Folds,
        Seed = setup.Options.Seed,
        Steps = generates ? setup.Options.Decoding.Steps : null,
        Temperature = generates ? setup.Options.Decoding.ChoiceTemperature : null,
        Schedule = generates ? setup.Options.Decoding.Schedule.Name : null,
        SamplingTemperature = setup.Options.Decoding.SamplingTemperature,
        Guidance = setup.Options.Decoding.Guidance,
        KeepInput = setup.Options.KeepInput,
        Device = ComputeDevice.Description,
    };

    private async Task<string> WriteAsync(EvaluationReport report, List<string> notes, CancellationToken cancellationToken)
    {
        report = report with { NotComputed = [.. notes.Distinct()], Seconds = _watch.Elapsed.TotalSeconds };
        var table = EvaluationTable.Format(report);
        await File.WriteAllTextAsync(Path.Combine(setup.Out, "report.json"), report.ToJson(), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(setup.Out, "report.md"), table, cancellationToken);
        return table;
    }
}
