using Magvit.Model.Evaluation;
using Xunit;

namespace Magvit.Worker.Tests.Commands;

[Collection(nameof(ModelCommands))]
public sealed class EvaluateCommandTests(ShapesFixture shapes)
{
    // The whole command on a data set of seconds: every kind of task, the classifier, the codec, the sheets; then again with the same seed.
    [Fact]
    public async Task Evaluate_TokenizerAndTransformer_WritesReportTableAndSamples()
    {
        var first = shapes.PathOf("evaluation");
        var output = await ShapesFixture.SucceedAsync(["evaluate", .. Both(first), "--tasks", "frame-prediction,frame-interpolation,inpaint-central,class-conditional"]);
        var report = EvaluationReport.Parse(await File.ReadAllTextAsync(Path.Combine(first, "report.json"), TestContext.Current.CancellationToken));

        Assert.Equal(("held-out", 2, 2, 3), (report.Split, report.SamplesPerFold, report.Folds, report.Steps));
        Assert.Equal(["frame-prediction", "frame-interpolation", "inpaint-central", "class-conditional"], report.Tasks.Select(t => t.Task));
        Assert.Equal(["copy-last-frame", "linear-blend", "edge-fill", null], report.Tasks.Select(t => t.Baseline));
        var tokenizer = report.Tokenizer!;
        Assert.Equal((256, 1000, 4), (tokenizer.TokensPerClip, tokenizer.Codes, tokenizer.Clips));
        Assert.InRange(tokenizer.Measurements[MetricNames.Psnr].Mean, 8, 60);
        Assert.InRange(tokenizer.Codebook.Used, 1e-3, 1);
        Assert.Equal([319, 319], tokenizer.Codecs.Select(c => c.BudgetBytes));               // 256 log2(1000) / 8, rounded up
        Assert.All(tokenizer.Codecs, c => Assert.InRange(c.Measurements[MetricNames.Psnr].Mean, 10, 60));
        foreach (var task in report.Tasks.Where(t => t.Baseline is not null))
        {
            Assert.Equal(task.Measurements.Keys.Order(), task.BaselineMeasurements.Keys.Order());
            Assert.True(task.Measurements[MetricNames.FdOwn].Mean > 0);
            Assert.InRange(task.Confidence, 1e-6, 1);
        }

        Assert.DoesNotContain(MetricNames.Psnr, report.Tasks[^1].Measurements.Keys);             // nothing is given, so nothing is right
        Assert.Contains(MetricNames.ClassAccuracy, report.Tasks[^1].Measurements.Keys);
        Assert.Contains(MetricNames.FdOwn, report.Training.Keys);
        Assert.Contains(report.NotComputed, n => n.StartsWith("FVD not computed", StringComparison.Ordinal));
        Assert.Contains("FD-own", output, StringComparison.Ordinal);
        Assert.Equal(
            ["class-conditional-worst.png", "class-conditional.mp4", "class-conditional.png", "frame-interpolation-worst.png", "frame-interpolation.mp4", "frame-interpolation.png",
                "frame-prediction-worst.png", "frame-prediction.mp4", "frame-prediction.png", "inpaint-central-worst.png", "inpaint-central.mp4", "inpaint-central.png",
                "reconstruction.mp4", "reconstruction.png"],
            Directory.GetFiles(Path.Combine(first, "samples")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        var again = shapes.PathOf("evaluation-again");
        await ShapesFixture.SucceedAsync(
            ["evaluate", .. Both(again), "--tasks", "frame-prediction", "--classifier", Path.Combine(first, "classifier.safetensors"), "--batch", "3"]);
        var second = EvaluationReport.Parse(await File.ReadAllTextAsync(Path.Combine(again, "report.json"), TestContext.Current.CancellationToken));
        Assert.Equal(report.Tasks[0].Measurements[MetricNames.Psnr].Mean, second.Tasks[0].Measurements[MetricNames.Psnr].Mean, 1e-3);
        Assert.False(File.Exists(Path.Combine(again, "classifier.safetensors")));
    }

    [Fact]
    public async Task Evaluate_TokenizerAlone_MeasuresReconstruction()
    {
        var folder = shapes.PathOf("tokenizer-evaluation");
        await ShapesFixture.SucceedAsync(["evaluate", "--tokenizer", Path.Combine(shapes.TokenizerRun, "model"), .. Brief(folder, codecClips: 0), "--split", "all"]);
        var report = EvaluationReport.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "report.json"), TestContext.Current.CancellationToken));
        Assert.Equal(("all", 12, 0), (report.Split, report.SplitClips, report.Tasks.Count));
        Assert.Null(report.TransformerHash);
        Assert.Null(report.Steps);
        Assert.Empty(report.Tokenizer!.Codecs);
    }

    [Fact]
    public async Task Evaluate_BadInput_SaysWhatToDo()
    {
        var folder = shapes.PathOf("refused");
        string[] tokenizer = ["evaluate", "--tokenizer", Path.Combine(shapes.TokenizerRun, "model"), .. Brief(folder)];
        foreach (var (arguments, expected) in new (string[], string)[]
        {
            (["evaluate", .. Brief(folder)], "name either --model DIR"),
            ([.. tokenizer, "--tasks", "frame-prediction"], "--tasks needs a transformer"),
            (["evaluate", .. Both(folder), "--tasks", "juggle"], "no task juggle; there are frame-prediction"),
            ([.. tokenizer, "--split", "half"], "no split half; there are held-out, train, all"),
            (["evaluate", "--tokenizer", Path.Combine(shapes.TokenizerRun, "model"), .. Brief(folder, folds: 0)], "folds: expected at least 1, got 0"),
            ([.. tokenizer, "--perceptual-weights", Path.Combine(folder, "nowhere")], "there is no folder"),
            (["evaluate", "--tokenizer", shapes.Data, .. Brief(folder)], "no model manifest"),
            (["evaluate", "--tokenizer", Path.Combine(shapes.TransformerRun, "model"), .. Brief(folder)], "holds no tokenizer"),
        })
        {
            Assert.Contains(expected, await ShapesFixture.RefuseAsync(arguments), StringComparison.Ordinal);
        }
    }

    private string[] Both(string folder) =>
        ["--tokenizer", Path.Combine(shapes.TokenizerRun, "model"), "--transformer", Path.Combine(shapes.TransformerRun, "model"), .. Brief(folder)];

    private string[] Brief(string folder, int folds = 2, int codecClips = 1) =>
    [
        "--data", shapes.Data, "--out", folder, "--samples", "2", "--folds", $"{folds}", "--steps", "3", "--classifier-steps", "4",
        "--codec-clips", $"{codecClips}", "--sheet-clips", "2", "--fp32",
    ];
}
