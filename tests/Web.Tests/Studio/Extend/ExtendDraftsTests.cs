using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Domain.Models;
using Magvit.Infrastructure.Assets;
using Magvit.Web.Studio.Extend;
using Xunit;

namespace Magvit.Web.Tests.Studio.Extend;

public sealed class ExtendDraftsTests
{
    private static readonly InstalledModel Model = new()
    {
        Name = "demo-64",
        Kind = ModelKind.Transformer,
        Preset = "demo-64",
        ModelHash = ContentHash.Of("a"u8).Value,
        TokenizerHash = ContentHash.Of("b"u8).Value,
        Frames = 16,
        Height = 64,
        Width = 64,
        TokenGrid = new TokenGrid(4, 16, 16),
        ClassNames = ["run"],
        Tasks = [.. GenerationTaskCatalog.All.Select(info => info.Task)],
        ParameterCount = 1,
        Licence = "",
        Card = "",
    };

    [Fact]
    public void InTime_Result_GoesOnFromAllItsFramesAndIsValid()
    {
        var clip = Clip(AssetKind.Generated, 16, 64, 64);
        var draft = ExtendDrafts.InTime(clip, Model, "run");

        Assert.Equal((GenerationTask.ClassFramePrediction, "run"), (draft.Task, draft.ClassName));
        Assert.Equal(new DraftSize { GivenFrames = 16, Frames = 28 }, draft.Size);
        Assert.Empty(Validate(draft.ToRequest(), clip));
        Assert.Equal(GenerationTask.FramePrediction, ExtendDrafts.InTime(clip, Model, "swim").Task);
    }

    [Fact]
    public void InTime_LargerResult_StaysAsLargeAsItIs()
    {
        var clip = Clip(AssetKind.Generated, 28, 128, 80);
        var draft = ExtendDrafts.InTime(clip, Model, null);

        Assert.Equal((28, 40, new GenerationCanvas(128, 80, 0, 0, 128, 80)), (draft.Size.GivenFrames, draft.Size.Frames, draft.Size.Canvas));
        Assert.Empty(Validate(draft.ToRequest(), clip));
    }

    [Theory]
    [InlineData(AssetKind.Video, 48, 640, 360, 128, 64, 32, null)]      // an upload becomes a clip of the model's size
    [InlineData(AssetKind.Generated, 16, 64, 64, 128, 64, 32, null)]
    [InlineData(AssetKind.Generated, 40, 128, 80, 256, 80, 64, 40)]     // a larger result stays as large as it is
    [InlineData(AssetKind.Generated, 16, 900, 80, 1024, 80, 62, null)]  // as far as a canvas goes
    public void InSpace_Clip_IsTwiceAsWideWithTheClipInTheMiddle(AssetKind kind, int frames, int width, int height, int canvasWidth, int canvasHeight, int left, int? length)
    {
        var clip = Clip(kind, frames, width, height);
        var draft = ExtendDrafts.InSpace(clip, Model);

        var canvas = draft.Size.Canvas!;
        Assert.Equal((canvasWidth, canvasHeight, left, 0, length), (canvas.Width, canvas.Height, canvas.Left, canvas.Top, draft.Size.Frames));
        Assert.Empty(Validate(draft.ToRequest(), clip));
    }

    private static IReadOnlyList<GenerationProblem> Validate(GenerationRequest request, AssetSummary clip) => GenerationRequestValidator.Validate(
        request, new GenerationContext([ModelCapabilities.Of(Model)], new AssetFacts(clip.Kind, clip.Frames, clip.Width, clip.Height)));

    private static AssetSummary Clip(AssetKind kind, int frames, int width, int height) => new()
    {
        Id = Guid.CreateVersion7(),
        Kind = kind,
        Name = "clip",
        Sha256 = ContentHash.Of("c"u8),
        ProxySha256 = ContentHash.Of("c"u8),
        PosterSha256 = ContentHash.Of("c"u8),
        SheetSha256 = ContentHash.Of("c"u8),
        Frames = frames,
        Width = width,
        Height = height,
        FrameRate = 8,
        SizeBytes = 1,
        Notes = [],
        CreatedBy = Guid.Empty,
        CreatedByName = "",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
