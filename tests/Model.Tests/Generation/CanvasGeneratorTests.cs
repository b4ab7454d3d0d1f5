using Magvit.Model.Checkpoints;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Model.Masking;
using Magvit.Model.Tests.Golden;
using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Generation;

public sealed class CanvasGeneratorTests : IDisposable
{
    private static readonly CanvasOptions Options = new() { Decoding = new DecodingOptions { Steps = 2, Seed = 1, SamplingTemperature = 1 } };

    private readonly VideoGenerator _generator;

    public CanvasGeneratorTests()
    {
        var (tokenizer, transformer) = (new VideoTokenizer(TinyModels.Tokenizer), new MaskedTransformer(TinyModels.Transformer()));
        FormulaTensors.Fill(tokenizer);
        FormulaTensors.Fill(transformer);
        tokenizer.eval();
        transformer.eval();
        _generator = VideoGenerator.Of(tokenizer, transformer, new ModelManifest { Kind = "transformer", Preset = "tiny", ClassNames = ["a", "b", "c"] });
    }

    public void Dispose() => _generator.Dispose();

    [Fact]
    public void Extend_SixteenFramesToForty_ChainsPredictionsAndKeepsTheFootage()
    {
        using var scope = NewDisposeScope();
        var clip = FormulaTensors.Clip(16, 16, 16, 1);
        var windows = new List<CanvasWindow>();
        var result = new CanvasGenerator(_generator).Extend(clip, 41, Options, windows.Add, CancellationToken.None);
        Assert.Equal([1L, 3, 41, 16, 16], result.shape);
        Assert.True(result.narrow(2, 0, 16).eq(clip).all().ToBoolean());
        Assert.Equal([(GenerationTask.FramePrediction, 4, 12), (GenerationTask.FramePrediction, 4, 24), (GenerationTask.FramePrediction, 4, 36)],
            windows.Select(w => (w.Task, w.GivenFrames, w.Frame)));
        Assert.True(result.narrow(2, 16, 25).std().ToDouble() > 1e-3);           // made, not left black

        // The same seed makes the same; what a longer run makes begins with what a shorter one made.
        var shorter = new CanvasGenerator(_generator).Extend(clip, 28, Options, null, CancellationToken.None);
        Assert.True(result.narrow(2, 0, 28).eq(shorter).all().ToBoolean());
    }

    [Fact]
    public void Extend_WithAClass_TellsItToEveryWindow()
    {
        using var scope = NewDisposeScope();
        var windows = new List<CanvasWindow>();
        new CanvasGenerator(_generator).Extend(FormulaTensors.Clip(2, 16, 16, 1), 16, Options with { ClassName = "b" }, windows.Add, CancellationToken.None);
        Assert.Equal([(GenerationTask.ClassFramePrediction, 2)], windows.Select(w => (w.Task, w.GivenFrames)));
    }

    [Fact]
    public void Outpaint_ToATripleCanvas_FillsItAndKeepsTheFootageExactly()
    {
        using var scope = NewDisposeScope();
        var clip = FormulaTensors.Clip(16, 16, 16, 2);
        var windows = new List<CanvasWindow>();
        var result = new CanvasGenerator(_generator).Outpaint(clip, 20, 44, 2, 14, Options, windows.Add, CancellationToken.None);
        Assert.Equal([1L, 3, 16, 20, 44], result.shape);
        Assert.True(result.narrow(3, 2, 16).narrow(4, 14, 16).eq(clip).all().ToBoolean());
        Assert.Equal(16L * (20 * 44 - 16 * 16), windows.Sum(w => w.UnknownPixels));
        Assert.All(windows, w => Assert.Equal(GenerationTask.CustomMask, w.Task));
        Assert.All(new[] { result.narrow(4, 0, 14), result.narrow(4, 30, 14), result.narrow(3, 0, 2) }, part => Assert.True(part.std().ToDouble() > 1e-3));
    }

    // A strip that is the paper's region is asked for as the paper's task.
    [Fact]
    public void Outpaint_AStripOfTheWindow_IsTheTaskOfThatName()
    {
        using var scope = NewDisposeScope();
        var windows = new List<CanvasWindow>();
        new CanvasGenerator(_generator).Outpaint(FormulaTensors.Clip(16, 16, 8, 2), 16, 16, 0, 4, Options, windows.Add, CancellationToken.None);
        Assert.Equal([GenerationTask.OutpaintVertical], windows.Select(w => w.Task));
    }

    [Fact]
    public void Fill_AHoleInTimeAndSpace_ChangesOnlyTheHole()
    {
        using var scope = NewDisposeScope();
        var canvas = FormulaTensors.Clip(24, 24, 24, 3);
        var known = ones([24, 24, 24], ScalarType.Bool);
        known.narrow(0, 6, 12).narrow(1, 4, 15).narrow(2, 9, 10).fill_(false);
        var result = new CanvasGenerator(_generator).Fill(canvas, known, Options, null, CancellationToken.None);
        Assert.True(result.eq(canvas).logical_or(known.logical_not()).all().ToBoolean());
        Assert.True(result.ne(canvas).any().ToBoolean());
    }

    [Fact]
    public void Outpaint_CanvasTooSmall_SaysSo()
    {
        using var scope = NewDisposeScope();
        var exception = Assert.Throws<ArgumentException>(() =>
            new CanvasGenerator(_generator).Outpaint(FormulaTensors.Clip(16, 16, 16, 2), 16, 20, 0, 8, Options, null, CancellationToken.None));
        Assert.Contains("does not hold footage", exception.Message, StringComparison.Ordinal);
    }
}
