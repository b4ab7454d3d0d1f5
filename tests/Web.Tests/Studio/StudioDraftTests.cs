using Magvit.Domain.Generation;
using Magvit.Web.Studio;
using Magvit.Web.Studio.Extend;
using Xunit;

namespace Magvit.Web.Tests.Studio;

public sealed class StudioDraftTests
{
    [Fact]
    public void ToUrl_EveryValueSet_ComesBack()
    {
        var draft = new StudioDraft
        {
            Task = GenerationTask.CustomMask,
            Input = Guid.CreateVersion7(),
            Mask = Guid.CreateVersion7(),
            Start = 7,
            Stride = 3,
            Model = "demo-64",
            ClassName = "lie down",
            Seed = GenerationLimits.MaxSeed,
            SeedLocked = true,
            Steps = 8,
            Samples = 4,
            Temperature = 2.5,
            Schedule = "exp",
            Guidance = 1.5,
            KeepInput = true,
            Size = new DraftSize { GivenFrames = 16, Frames = 28, Overlap = 8, Canvas = new(128, 96, 32, 0, 64, 64), TopP = 0.9 },
            Use = new FrameUse(Guid.CreateVersion7(), 12, FrameRole.Mask),
            Job = Guid.CreateVersion7(),
        };

        Assert.Equal(draft, StudioDraft.FromUrl("http://localhost" + draft.ToUrl()));
    }

    [Theory]
    [InlineData("/studio?task=inpaint-central&steps=4")]
    [InlineData("?task=inpaint-central&steps=4")]
    [InlineData("task=inpaint-central&steps=4")]
    public void FromQuery_WithOrWithoutItsPath_ReadsTheFirstValueToo(string address) =>
        Assert.Equal(new StudioDraft { Task = GenerationTask.InpaintCentral, Steps = 4 }, StudioDraft.FromQuery(address));

    [Fact]
    public void ToUrl_Defaults_IsShort() => Assert.Equal("/studio", new StudioDraft().ToUrl());

    [Theory]
    [InlineData("?task=class-conditional", null)]
    [InlineData("?task=class-conditional&guidance=0", 0.0)]
    [InlineData("?task=class-conditional&guidance=2.5", 2.5)]
    [InlineData("?task=class-conditional&guidance=much", null)]
    public void Guidance_LinkSaysNothing_IsLeftToModelAndTask(string query, double? guidance)
    {
        var draft = StudioDraft.FromQuery(query);

        Assert.Equal(guidance, draft.ToRequest().Guidance);
        Assert.Equal(draft, StudioDraft.FromUrl("http://localhost" + draft.ToUrl()));
    }

    [Theory]
    [InlineData("?task=inpaint-central", true)]
    [InlineData("?task=outpaint-dynamic", true)]
    [InlineData("?task=custom-mask", true)]
    [InlineData("?task=frame-prediction", false)]
    [InlineData("?task=inpaint-central&keep=0", false)]
    [InlineData("?task=frame-prediction&keep=1", true)]
    public void KeepsInput_LinkSaysNothing_IsAsTheTaskHasIt(string query, bool keeps)
    {
        var draft = StudioDraft.FromQuery(query);

        Assert.Equal(keeps, draft.KeepsInput);
        Assert.Equal(keeps, draft.ToRequest().WithoutUnused().KeepInput);
        Assert.Equal(draft, StudioDraft.FromQuery(draft.ToQuery()));
    }

    [Theory]
    [InlineData("?task=nonsense&seed=-5&steps=many&temperature=NaN&input=x&stride=0&start=-3")]
    [InlineData("?seed=99999999999999999999999&job=")]
    [InlineData("?frames=-1&given=x&overlap=&canvas=128&topk=1.5&of=1&use=first")]
    [InlineData("?canvas=128x64x2&use=7&of=0193b2a4-0000-7000-8000-000000000000")]
    public void FromUrl_Nonsense_ReadsAsDefaults(string query) =>
        Assert.Equal(new StudioDraft(), StudioDraft.FromUrl("http://localhost/studio" + query));

    [Fact]
    public void Of_Request_SubmitsTheSameAgain()
    {
        var request = new GenerationRequest
        {
            Task = GenerationTask.CustomMask,
            MaskAssetId = Guid.CreateVersion7(),
            Model = "demo-64",
            InputAssetId = Guid.CreateVersion7(),
            InputStart = 4,
            ClassName = "run",
            Seed = 3,
            Samples = 2,
            Frames = 32,
            Canvas = new(128, 64),
            TopK = 7,
        };

        Assert.Equal(request, StudioDraft.Of(request, Guid.CreateVersion7()).ToRequest());
    }
}
