using Magvit.Model.Checkpoints;
using Magvit.Model.Evaluation;
using Magvit.Model.Tests.Golden;
using Magvit.Model.Training;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Evaluation;

public sealed class ClipClassifierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-classifier-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // A bright dot that goes right or down: one frame does not tell them apart, so only a network that sees motion can.
    [Fact]
    public void Train_ClassesThatDifferInMotion_NamesClipsItNeverSaw()
    {
        using var clips = MovingDots(clipsPerClass: 24);
        var (train, heldOut) = clips.Split(oneIn: 4);
        manual_seed(5);
        using var classifier = new ClipClassifier(new ClipClassifierConfig { ClassNames = clips.ClassNames, BaseChannels = 8 });
        new ClipClassifierTrainer(classifier, new ClipClassifierOptions { Steps = 60, BatchSize = 8, PeakLearningRate = 5e-3 })
            .Train(train, 8, null, CancellationToken.None);

        using var networks = EvaluationNetworks.Load(null, classifier, 8, 16, CPU);
        using var measured = new ClipMeasurements(networks);
        using var scope = NewDisposeScope();
        for (var i = 0; i < heldOut.Count; i++)
        {
            measured.Add(heldOut.Window(i, 0, 8), null, [heldOut.Label(i)]);
        }

        Assert.True(heldOut.Count >= 6, $"{heldOut.Count} clips are held out");
        Assert.InRange(measured.Summarise(null, 1)[MetricNames.ClassAccuracy].Mean, 0.85, 1);
    }

    [Fact]
    public void SaveLoad_Classifier_GivesTheSameFeaturesAndLogits()
    {
        using var scope = NewDisposeScope();
        using var classifier = new ClipClassifier(new ClipClassifierConfig { ClassNames = ["a", "b", "c"], BaseChannels = 4, LongestSide = 32 });
        var path = Path.Combine(_folder, "classifier.safetensors");
        classifier.Save(path);
        using var loaded = ClipClassifier.Load(path);
        var clips = FormulaTensors.Clip(4, 48, 64, 1);
        var (expected, actual) = (classifier.Inspect(clips), loaded.Inspect(clips));
        Assert.Equal(["a", "b", "c"], loaded.Config.ClassNames);
        Assert.Equal([1L, 32L], actual.Features.shape);
        Assert.Equal([1L, 3L], actual.Logits.shape);
        Assert.Equal(0, (expected.Features - actual.Features).abs().max().ToDouble());
        Assert.Equal(0, (expected.Logits - actual.Logits).abs().max().ToDouble());
    }

    [Fact]
    public void Load_OtherFile_SaysSo()
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(_folder, "other.safetensors");
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["x"] = zeros([1]) });
        Assert.Contains("not a classifier", Assert.Throws<InvalidDataException>(() => ClipClassifier.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_EveryParameter_GetsAGradient()
    {
        using var scope = NewDisposeScope();
        using var classifier = new ClipClassifier(new ClipClassifierConfig { ClassNames = ["a", "b"], BaseChannels = 4 });
        nn.functional.cross_entropy(classifier.forward(FormulaTensors.Clip(4, 16, 16, 1)), tensor(new[] { 1L })).backward();
        Assert.All(classifier.named_parameters(), p => Assert.True(p.parameter.grad is { } g && g.abs().sum().ToDouble() > 0, p.name));
    }

    private ClipDataset MovingDots(int clipsPerClass)
    {
        var path = Path.Combine(_folder, "clips.safetensors");
        string[] classes = ["down", "right"];
        var names = classes.SelectMany(c => Enumerable.Range(0, clipsPerClass).Select(i => $"{c}/{i:d2}")).ToList();
        using var cache = new ClipCacheWriter(path, names, 16, 16);
        foreach (var name in names)
        {
            var random = new Random(names.IndexOf(name));
            var (x, y, grey) = (random.Next(4, 12), random.Next(4, 12), (byte)random.Next(150, 256));
            var rgb = new byte[8 * 16 * 16 * 3];
            for (var t = 0; t < 8; t++)
            {
                var (column, row) = name[0] == 'r' ? ((x + 2 * t) % 16, y) : (x, (y + 2 * t) % 16);
                for (var i = 0; i < 16 * 16; i++)
                {
                    if (Math.Abs(i % 16 - column) <= 1 && Math.Abs(i / 16 - row) <= 1)
                    {
                        rgb.AsSpan((t * 256 + i) * 3, 3).Fill(grey);
                    }
                }
            }

            cache.Add(name, rgb);
        }

        cache.Complete();
        return ClipDataset.Load(path);
    }
}
