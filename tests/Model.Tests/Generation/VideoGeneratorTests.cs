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

public sealed class VideoGeneratorTests : IDisposable
{
    private static readonly DecodingOptions Options = new() { Steps = 4, Seed = 1 };

    private readonly VideoGenerator _generator;

    public VideoGeneratorTests()
    {
        _generator = VideoGenerator.Of(Filled(new VideoTokenizer(TinyModels.Tokenizer)), Filled(new MaskedTransformer(TinyModels.Transformer())), new ModelManifest { Kind = "transformer", Preset = "tiny", ClassNames = ["a", "b", "c"] });
    }

    public void Dispose() => _generator.Dispose();

    [Fact]
    public void GenerateAll_AllTasksTogether_EqualsEachAlone()
    {
        using var scope = NewDisposeScope();
        var inputs = GenerationTasks.All.Select((task, i) => Input(task) with { Options = Options with { Seed = i, Steps = 3 + i } }).ToList();
        var together = _generator.GenerateAll(inputs, null, CancellationToken.None);
        for (var i = 0; i < inputs.Count; i++)
        {
            Assert.Equal(_generator.Generate(inputs[i], null, CancellationToken.None), together[i]);
        }
    }

    // As a worker holds its models: by operators that share passes, where the processor has them. Ten tasks, guided and not, of different lengths.
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void GenerateAll_FrozenNetworks_EqualsEachAloneBitForBit(ScalarType precision)
    {
        using var scope = NewDisposeScope();
        var (tokenizer, transformer) = (Filled(new VideoTokenizer(TinyModels.Tokenizer)), Filled(new MaskedTransformer(TinyModels.Transformer(patch: 2))));
        tokenizer.Freeze(precision, CPU);
        transformer.Freeze(precision, CPU);
        using var model = VideoGenerator.Of(tokenizer, transformer, new ModelManifest { Kind = "transformer", Preset = "tiny", ClassNames = ["a", "b", "c"], Guidance = 2 });
        var inputs = GenerationTasks.All.Select((task, i) => Input(task) with { Options = Options with { Seed = i, Steps = 3 + i } }).ToList();

        var together = model.GenerateAll(inputs, null, CancellationToken.None);

        for (var i = 0; i < inputs.Count; i++)
        {
            Assert.Equal(model.Generate(inputs[i], null, CancellationToken.None), together[i]);
        }
    }

    // To the pixel, whatever the mask: what was given is put back.
    [Fact]
    public void ToFrames_KeepInput_PutsKnownPixelsBackExactly()
    {
        using var scope = NewDisposeScope();
        foreach (var task in GenerationTasks.All.Where(t => t.NeedsInput()))
        {
            var input = Input(task) with { KeepInput = true, GivenFrames = task == GenerationTask.FramePrediction ? 5 : 1 };
            var tokens = _generator.Generate(input, null, CancellationToken.None);
            var frames = _generator.ToFrames(tokens, input);
            var known = task == GenerationTask.CustomMask ? input.KnownPixels! : new ConditionBuilder(_generator.Geometry).KnownPixels(task, input.GivenFrames);
            Assert.True(frames.eq(input.Clip!).logical_or(known.logical_not()).all().ToBoolean(), task.Name());
            Assert.True(_generator.ToFrames(tokens).ne(frames).any().ToBoolean(), task.Name());
        }
    }

    [Theory]
    [InlineData(GenerationTask.ClassConditional, null, 4.0)]
    [InlineData(GenerationTask.ClassFramePrediction, null, 4.0)]
    [InlineData(GenerationTask.FramePrediction, null, 0.0)]
    [InlineData(GenerationTask.ClassConditional, 0.0, 0.0)]
    [InlineData(GenerationTask.FramePrediction, 2.0, 2.0)]
    public void Begin_GuidanceLeftOpen_IsTheModelsForTasksWithAClass(GenerationTask task, double? asked, double expected)
    {
        using var scope = NewDisposeScope();
        using var model = VideoGenerator.Of(Filled(new VideoTokenizer(TinyModels.Tokenizer)), Filled(new MaskedTransformer(TinyModels.Transformer())), new ModelManifest
        {
            Kind = "transformer",
            Preset = "tiny",
            ClassNames = ["a", "b", "c"],
            Guidance = 4,
        });

        using var sample = model.Begin(Input(task) with { Options = Options with { Guidance = asked } });

        Assert.Equal(expected, sample.Options.Guidance);
    }

    [Fact]
    public void Begin_WithAState_GoesOnWhereItStopped()
    {
        using var scope = NewDisposeScope();
        var input = Input(GenerationTask.OutpaintCentral);
        var expected = _generator.Generate(input, null, CancellationToken.None);
        using var first = _generator.Begin(input);
        _generator.Advance([first]);
        _generator.Advance([first]);
        using var second = _generator.Begin(input, DecodingState.FromBytes(first.Save().ToBytes()));
        _generator.Advance([second]);
        Assert.Equal(expected, _generator.Advance([second])[0].Tokens);
        Assert.True(second.IsDone);
        Assert.Contains("done already", Assert.Throws<ArgumentException>(() => _generator.Advance([second])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_KeptTokens_StayInTheResult()
    {
        using var scope = NewDisposeScope();
        var input = Input(GenerationTask.InpaintCentral);
        var first = _generator.Generate(input, null, CancellationToken.None);
        int[] again = [5, 6, 9, 10];
        var second = _generator.Generate(
            input with { Kept = KeptTokens.AllBut(first, again), Options = Options with { Seed = 9 } }, null, CancellationToken.None);
        Assert.All(Enumerable.Range(0, 64).Except(again), i => Assert.Equal(first[i], second[i]));
    }

    [Fact]
    public void Begin_BadRequests_SayWhatIsAllowed()
    {
        using var scope = NewDisposeScope();
        var clip = FormulaTensors.Clip(16, 16, 16, 1);
        string Message(GenerationInput input) => Assert.ThrowsAny<ArgumentException>(() => _generator.Begin(input)).Message;
        Assert.Contains("a, b, c", Message(Input(GenerationTask.ClassConditional) with { ClassName = "d" }), StringComparison.Ordinal);
        Assert.Contains("needs an input clip", Message(Input(GenerationTask.FramePrediction) with { Clip = null }), StringComparison.Ordinal);
        Assert.Contains("needs a mask", Message(Input(GenerationTask.CustomMask) with { KnownPixels = null }), StringComparison.Ordinal);
        Assert.Contains("expected [B, 3, 16, 16, 16], got [1, 3, 15, 16, 16]",
            Message(Input(GenerationTask.FramePrediction) with { Clip = clip.narrow(2, 0, 15) }), StringComparison.Ordinal);
        Assert.Contains("expected 1 to 15", Message(Input(GenerationTask.FramePrediction) with { GivenFrames = 16 }), StringComparison.Ordinal);
        Assert.Contains("expected 64", Message(Input(GenerationTask.FramePrediction) with { Kept = new KeptTokens([1], [true]) }), StringComparison.Ordinal);
    }

    private static T Filled<T>(T network)
        where T : nn.Module
    {
        FormulaTensors.Fill(network);
        network.eval();
        return network;
    }

    private static GenerationInput Input(GenerationTask task)
    {
        var known = RandomMasks.Draw(new ClipGeometry(16, 16, 16, 4, 4, 4), new Random(3));
        return new GenerationInput(task, task.NeedsInput() ? FormulaTensors.Clip(16, 16, 16, 1) : null, task == GenerationTask.CustomMask ? known : null, "b", Options);
    }
}
