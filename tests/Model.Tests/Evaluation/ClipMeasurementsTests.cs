using Magvit.Model.Evaluation;
using Magvit.Model.Metrics;
using Magvit.Model.Tests.Golden;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Evaluation;

public class ClipMeasurementsTests
{
    [Fact]
    public void Summarise_CopiesAndNoise_TellsThemApartInEveryMetric()
    {
        using var scope = NewDisposeScope();
        using var classifier = new ClipClassifier(new ClipClassifierConfig { ClassNames = ["a", "b"], BaseChannels = 2 });
        using var networks = EvaluationNetworks.Load(null, classifier, 6, 16, CPU);
        using var real = new ClipMeasurements(networks);
        using var copies = new ClipMeasurements(networks);
        using var noise = new ClipMeasurements(networks);
        for (var i = 0; i < 6; i++)
        {
            var clip = FormulaTensors.Clip(6, 16, 16, i);
            real.Add(clip, null, [i % 2]);
            copies.Add(clip, clip, [i % 2]);
            noise.Add(FormulaTensors.Noise([1, 3, 6, 16, 16], 50 + i).to(float32), clip, [i % 2]);
        }

        var (ofCopies, ofNoise) = (copies.Summarise(real, 2), noise.Summarise(real, 2));

        Assert.Equal(6, copies.Count);
        Assert.Equal((100.0, 1.0, 0.0), (Math.Round(ofCopies[MetricNames.Psnr].Mean, 3), Math.Round(ofCopies[MetricNames.Ssim].Mean, 4), Math.Round(ofCopies[MetricNames.FdOwn].Mean, 6)));
        Assert.True(ofNoise[MetricNames.Psnr].Mean < 15 && ofNoise[MetricNames.Ssim].Mean < 0.5 && ofNoise[MetricNames.FdOwn].Mean > 1e-3);
        Assert.True(ofNoise[MetricNames.InterFrameSsim].Mean < ofCopies[MetricNames.InterFrameSsim].Mean);
        Assert.Equal(2, ofNoise[MetricNames.FdOwn].Folds);
        Assert.Equal(real.Summarise(null, 2)[MetricNames.ClassAccuracy], ofCopies[MetricNames.ClassAccuracy]);
        Assert.DoesNotContain(MetricNames.Lpips, ofCopies.Keys);
        Assert.DoesNotContain(MetricNames.FdOwn, real.Summarise(null, 2).Keys);
    }

    [Fact]
    public void Load_NoWeights_SaysWhatIsLeftOutAndHowToGetIt()
    {
        using var networks = EvaluationNetworks.Load(null, null, 16, 64, CPU);
        foreach (var name in new[] { "LPIPS", "FD-MobileNet", "FVD", "Inception Score", "FD-own" })
        {
            Assert.Single(networks.NotComputed, n => n.StartsWith(name, StringComparison.Ordinal));
        }

        Assert.Contains("--perceptual-weights", string.Join('\n', networks.NotComputed), StringComparison.Ordinal);
    }

    // Folds (1, 2), (3, 6), (5, 7) have means 1.5, 4.5, 6.
    [Fact]
    public void OfSamples_ThreeFolds_HasMeanAndPopulationDeviation()
    {
        var measurement = Measurement.OfSamples([1, 2, 3, 6, 5, 7], 3);
        Assert.Equal((4, 3), (measurement.Mean, measurement.Folds));
        Assert.Equal(Math.Sqrt((6.25 + 0.25 + 4) / 3), measurement.Deviation, 1e-12);
        Assert.Throws<ArgumentException>(() => Measurement.OfSamples([1, 2, 3], 2));
    }

    [Fact]
    public void Validate_SeveralBadNumbers_NamesAll()
    {
        var exception = Assert.Throws<ArgumentException>(new EvaluationOptions { SamplesPerFold = 1, Folds = 0, BatchSize = 0 }.Validate);
        Assert.Contains("samples", exception.Message, StringComparison.Ordinal);
        Assert.Contains("folds", exception.Message, StringComparison.Ordinal);
        Assert.Contains("batch", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_ToJsonAndBack_IsEqualAndItsTableNamesEverything()
    {
        var measured = new Dictionary<string, Measurement> { [MetricNames.Psnr] = new(27.5, 0.25, 4), [MetricNames.FdOwn] = new(2, 0.5, 4) };
        var baseline = new Dictionary<string, Measurement> { [MetricNames.FdOwn] = new(12, 1, 4) };
        var report = new EvaluationReport
        {
            Model = "demo",
            TokenizerHash = "t",
            Data = "shapes",
            Split = "held-out",
            SplitClips = 9,
            DistinctWindows = 8,
            SamplesPerFold = 2,
            Folds = 4,
            Seed = 1,
            Device = "cpu",
            Tokenizer = new TokenizerReport(8, 64, 1000, 637.8, measured, new CodebookUsage(0.5, 0, 2.5, 300),
                [new CodecReport("x265", "the whole stream", 4, 80, 75.5, 1, baseline, measured)], 1.5),
            Tasks = [new TaskReport("frame-prediction", 8, measured, "copy-last-frame", baseline, 0.2, 3)],
            NotComputed = ["LPIPS not computed: no weights"],
        };

        Assert.Equal(report.ToJson(), EvaluationReport.Parse(report.ToJson()).ToJson());
        var table = EvaluationTable.Format(report);
        Assert.Contains("27.50 ± 0.25", table, StringComparison.Ordinal);
        Assert.Contains("copy-last-frame has 6 times the FD-own of the model", table, StringComparison.Ordinal);
        Assert.Contains("at most 80 bytes a clip (the whole stream): 76 bytes on average over 4 clips; 1 would not get that small", table, StringComparison.Ordinal);
        Assert.Contains("- LPIPS not computed: no weights", table, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => EvaluationReport.Parse("{"));
    }
}
