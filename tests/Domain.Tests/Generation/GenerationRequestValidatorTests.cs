using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Domain.Models;
using Xunit;

namespace Magvit.Domain.Tests.Generation;

public sealed class GenerationRequestValidatorTests
{
    private static readonly ModelCapabilities Everything =
        new("demo-64", 16, 64, 64, ["run", "jump"], [.. GenerationTaskCatalog.All.Select(info => info.Task)]);

    private static readonly ModelCapabilities PredictsOnly = new("predictor", 16, 64, 64, [], [GenerationTask.FramePrediction]);

    private static readonly AssetFacts Clip = new(AssetKind.Video, 20, 640, 360);

    private static readonly GenerationRequest Valid = new() { Task = GenerationTask.FramePrediction, InputAssetId = Guid.NewGuid() };

    public static TheoryData<string, GenerationRequest, string?> OneFault() => new()
    {
        { "nothing", Valid, null },
        { "seed below", Valid with { Seed = -1 }, "seed" },
        { "seed least", Valid with { Seed = 0 }, null },
        { "seed most", Valid with { Seed = GenerationLimits.MaxSeed }, null },
        { "seed above", Valid with { Seed = GenerationLimits.MaxSeed + 1 }, "seed" },
        { "steps below", Valid with { Steps = 0 }, "steps" },
        { "steps most", Valid with { Steps = 64 }, null },
        { "steps above", Valid with { Steps = 65 }, "steps" },
        { "temperature below", Valid with { Temperature = -0.1 }, "temperature" },
        { "temperature zero", Valid with { Temperature = 0 }, null },
        { "temperature above", Valid with { Temperature = 1000.1 }, "temperature" },
        { "temperature not a number", Valid with { Temperature = double.NaN }, "temperature" },
        { "guidance above", Valid with { Guidance = 20.5 }, "guidance" },
        { "guidance not a number", Valid with { Guidance = double.NaN }, "guidance" },
        { "samples none", Valid with { Samples = 0 }, "samples" },
        { "samples above", Valid with { Samples = 9 }, "samples" },
        { "schedule unknown", Valid with { Schedule = "linear" }, "schedule" },
        { "input missing", Valid with { InputAssetId = null }, "input" },
        { "start beyond the end", Valid with { InputStart = 20 }, "inputStart" },
        { "start at the last frame", Valid with { InputStart = 19 }, null },
        { "start negative", Valid with { InputStart = -1 }, "inputStart" },
        { "stride none", Valid with { InputStride = 0 }, "inputStride" },
        { "model unknown", Valid with { Model = "huge" }, "model" },
        { "model that cannot", Valid with { Model = "predictor", Task = GenerationTask.FrameInterpolation }, "task" },
        { "class missing", Valid with { Task = GenerationTask.ClassConditional }, "className" },
        { "class unknown", Valid with { Task = GenerationTask.ClassConditional, ClassName = "fly" }, "className" },
        { "class known", Valid with { Task = GenerationTask.ClassConditional, ClassName = "jump", InputAssetId = null }, null },
        { "class that the task ignores", Valid with { ClassName = "fly" }, null },
        { "mask missing", Valid with { Task = GenerationTask.CustomMask }, "mask" },
        { "top k none", Valid with { TopK = 0 }, "topK" },
        { "top p above", Valid with { TopP = 1.1 }, "topP" },
        { "top p not a number", Valid with { TopP = double.NaN }, "topP" },
        { "top k and top p", Valid with { TopK = 5, TopP = 0.5 }, "topP" },
        { "given most", Valid with { GivenFrames = 15 }, null },
        { "given all", Valid with { GivenFrames = 16 }, "givenFrames" },
        { "given all of a longer result", Valid with { GivenFrames = 16, Frames = 28 }, null },
        { "given beyond the clip", Valid with { GivenFrames = 8, InputStart = 15 }, "givenFrames" },
        { "given that the task ignores", Valid with { Task = GenerationTask.InpaintCentral, GivenFrames = 99 }, null },
        { "given at both ends", Valid with { Task = GenerationTask.FrameInterpolation, GivenFrames = 8 }, "givenFrames" },
        { "frames below the model's", Valid with { Frames = 15 }, "frames" },
        { "frames above", Valid with { Frames = 1025 }, "frames" },
        { "frames that the task has not", Valid with { Task = GenerationTask.InpaintCentral, Frames = 32 }, "frames" },
        { "frames of outpainting without a canvas", Valid with { Task = GenerationTask.OutpaintCentral, Frames = 32 }, "frames" },
        { "frames of outpainting with a canvas", Valid with { Task = GenerationTask.OutpaintCentral, Frames = 32, Canvas = new(128, 64) }, null },
        { "overlap none", Valid with { Frames = 32, Overlap = 0 }, "overlap" },
        { "overlap whole", Valid with { Frames = 32, Overlap = 16 }, "overlap" },
        { "overlap that is not needed", Valid with { Overlap = 99 }, null },
        { "too many windows", Valid with { Frames = 1024, Overlap = 12 }, "frames" },
        { "many windows of many samples", Valid with { Frames = 256, Samples = 8 }, "frames" },
        { "canvas narrower", Valid with { Task = GenerationTask.OutpaintCentral, Canvas = new(62, 64) }, "canvas" },
        { "canvas odd", Valid with { Task = GenerationTask.OutpaintCentral, Canvas = new(127, 64) }, "canvas" },
        { "canvas above", Valid with { Task = GenerationTask.OutpaintCentral, Canvas = new(1026, 64) }, "canvas" },
        { "canvas that the clip fills", Valid with { Task = GenerationTask.OutpaintCentral, Canvas = new(64, 64) }, "canvas" },
        { "canvas of another height", Valid with { Task = GenerationTask.OutpaintVertical, Canvas = new(128, 96) }, "canvas" },
        { "canvas that the task has not", Valid with { Task = GenerationTask.InpaintDynamic, Canvas = new(128, 64) }, "canvas" },
        { "clip beside the canvas", Valid with { Task = GenerationTask.OutpaintCentral, Canvas = new(128, 64, Left: 65) }, "canvas" },
        { "clip larger than the canvas", Valid with { Task = GenerationTask.OutpaintCentral, Canvas = new(128, 64, ClipWidth: 130) }, "canvas" },
        { "prediction on a canvas", Valid with { Canvas = new(128, 64, ClipWidth: 128), Frames = 28, GivenFrames = 16 }, null },
        { "task undefined", Valid with { Task = (GenerationTask)99 }, "task" },
    };

    [Theory]
    [InlineData(1, 64, 64, null)]
    [InlineData(16, 64, 64, null)]
    [InlineData(16, 512, 512, null)]
    [InlineData(16, 65, 64, null)]
    [InlineData(5, 64, 64, "The mask has 5 frames, and the result has 16.")]
    [InlineData(1, 100, 30, "The mask is 100 x 30, and the result is 64 x 64.")]
    public void Validate_MaskOfASizeAndLength_IsTakenOrRefusedWithWhatToDo(int frames, int width, int height, string? sentence)
    {
        var request = Valid with { Task = GenerationTask.CustomMask, MaskAssetId = Guid.NewGuid() };

        var problems = GenerationRequestValidator.Validate(request, new GenerationContext([Everything], Clip, new AssetFacts(AssetKind.Mask, frames, width, height)));

        Assert.Equal(sentence is null ? [] : ["mask"], problems.Select(problem => problem.Field));
        Assert.All(problems, problem => Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(sentence!)} Send ", problem.Message));
    }

    [Theory]
    [MemberData(nameof(OneFault))]
    public void Validate_OneFault_NamesItsFieldOnly(string fault, GenerationRequest request, string? field)
    {
        var problems = GenerationRequestValidator.Validate(request, new GenerationContext([Everything, PredictsOnly], Clip));
        Assert.True(
            field is null ? problems.Count == 0 : problems.Count == 1 && problems[0].Field == field,
            $"{fault}: {string.Join(" / ", problems.Select(problem => $"{problem.Field}: {problem.Message}"))}");
    }

    [Fact]
    public void Validate_ManyFaults_ReportsAllAtOnce()
    {
        var request = new GenerationRequest
        {
            Task = GenerationTask.CustomMask,
            ClassName = "fly",
            Seed = -1,
            Steps = 0,
            Temperature = -1,
            Guidance = 99,
            Samples = 0,
            Schedule = "x",
            InputStride = 0,
        };
        var problems = GenerationRequestValidator.Validate(request, new GenerationContext([Everything]));
        string[] expected = ["className", "input", "inputStride", "mask", "seed", "steps", "temperature", "guidance", "samples", "schedule"];
        Assert.Equal(expected, problems.Select(problem => problem.Field));
    }

    [Fact]
    public void Validate_UnknownNames_ListsWhatIsAllowed()
    {
        var context = new GenerationContext([Everything, PredictsOnly], Clip);
        Assert.Equal(["demo-64", "predictor"], Single(Valid with { Model = "huge" }, context).Allowed);
        Assert.Equal(["run", "jump"], Single(Valid with { Task = GenerationTask.ClassConditional, ClassName = "fly" }, context).Allowed);
        Assert.Equal(["cosine", "uniform", "exp"], Single(Valid with { Schedule = "x" }, context).Allowed);
        Assert.Equal(["frame-prediction"], Single(Valid with { Model = "predictor", Task = GenerationTask.FrameInterpolation }, context).Allowed);
    }

    [Fact]
    public void Validate_NoModelInstalled_SaysWhatToDo()
        => Assert.Contains("Start a worker", Single(Valid, new GenerationContext([], Clip)).Message, StringComparison.Ordinal);

    [Fact]
    public void Validate_AssetOfNoWorkspace_SaysThatItIsNotThere()
        => Assert.Equal("input", Single(Valid, new GenerationContext([Everything], Input: null)).Field);

    [Fact]
    public void ModelFor_NoneNamed_TakesTheFirstThatCan()
    {
        var context = new GenerationContext([PredictsOnly, Everything]);
        Assert.Same(PredictsOnly, context.ModelFor(Valid));
        Assert.Same(Everything, context.ModelFor(Valid with { Task = GenerationTask.InpaintCentral }));
    }

    private static GenerationProblem Single(GenerationRequest request, GenerationContext context)
        => Assert.Single(GenerationRequestValidator.Validate(request, context));
}
