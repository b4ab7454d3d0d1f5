using Magvit.Domain.Generation;
using Magvit.Web.Studio;
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
    [InlineData("?task=nonsense&seed=-5&steps=many&temperature=NaN&input=x&stride=0&start=-3")]
    [InlineData("?seed=99999999999999999999999&job=")]
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
        };

        Assert.Equal(request, StudioDraft.Of(request, Guid.CreateVersion7()).ToRequest());
    }
}
