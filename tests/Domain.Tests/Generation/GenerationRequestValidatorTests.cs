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
        { "task undefined", Valid with { Task = (GenerationTask)99 }, "task" },
    };

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
