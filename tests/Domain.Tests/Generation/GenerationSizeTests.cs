using Magvit.Domain.Generation;
using Magvit.Domain.Models;
using Xunit;

namespace Magvit.Domain.Tests.Generation;

public sealed class GenerationSizeTests
{
    private static readonly ModelCapabilities Model = new("demo-64", 16, 64, 64, [], [.. GenerationTaskCatalog.All.Select(info => info.Task)]);

    private static readonly GenerationRequest Prediction = new() { Task = GenerationTask.FramePrediction };

    private static readonly GenerationRequest Around = new() { Task = GenerationTask.OutpaintCentral };

    public static TheoryData<GenerationRequest, long> Windows() => new()
    {
        { Prediction, 1 },
        { Prediction with { GivenFrames = 8 }, 1 },
        { Prediction with { Frames = 28 }, 2 },
        { Prediction with { Frames = 29 }, 3 },
        { Prediction with { Frames = 28, GivenFrames = 16 }, 1 },
        { Prediction with { Frames = 40, GivenFrames = 28 }, 1 },
        { Prediction with { Frames = 32, Overlap = 8 }, 3 },
        { Around with { Canvas = new(128, 64) }, 3 },
        { Around with { Canvas = new(128, 64, Left: 0) }, 3 },
        { Around with { Canvas = new(192, 64, ClipWidth: 128) }, 5 },
        { Around with { Canvas = new(128, 128), Frames = 28 }, 18 },
    };

    [Theory]
    [MemberData(nameof(Windows))]
    public void WindowsOf_ARequest_CountsThoseThatCoverIt(GenerationRequest request, long windows) =>
        Assert.Equal(windows, GenerationSize.WindowsOf(request, Model));

    [Fact]
    public void Of_NoPlaceNamed_PutsTheClipInTheMiddle()
    {
        var size = GenerationSize.Of(Around with { Canvas = new(128, 96, Top: 0) }, 16, 64, 64);
        Assert.Equal((16, 96, 128, 0, 32, 64, 64), (size.Frames, size.Height, size.Width, size.Top, size.Left, size.ClipHeight, size.ClipWidth));
    }

    [Fact]
    public void WithoutUnused_TaskOfOneSize_LeavesLengthAndCanvasOut()
    {
        var request = new GenerationRequest { Task = GenerationTask.InpaintCentral, Frames = 32, GivenFrames = 4, Overlap = 4, Canvas = new(128, 64) }.WithoutUnused();
        Assert.Equal((null, null, null, null), (request.Frames, request.GivenFrames, request.Overlap, request.Canvas));
    }

    [Fact]
    public void Json_OfALargeRequest_ReadsBack()
    {
        var request = Around with { Frames = 32, Overlap = 8, Canvas = new(128, 64, Left: 0), TopP = 0.9 };
        Assert.Equal(request, GenerationRequest.FromJson(request.ToJson()));
    }
}
