using Magvit.Model.Discriminator;
using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Specification;

/// <summary>Spec §15.3: an inflated network does to a still clip what the 2D network does to its frame.</summary>
public class Test03CentralInflation
{
    private const double Tolerance = 1e-4;

    private static readonly TokenizerConfig Config = new()
    {
        Frames = 16,
        Height = 16,
        Width = 16,
        BaseChannels = 8,
        ChannelMultipliers = [1, 2, 2],
        TemporalDownsample = [true, true],
        ResidualBlocks = 1,
        CodebookSize = 32,
        EmbeddingDim = 8,
    };

    // Averaged kernels see the same frame in all their slices, unless one of them lies in zeros outside the clip.
    [Theory]
    [InlineData(InflationKind.Central, ConvPadding.Reflect)]
    [InlineData(InflationKind.Central, ConvPadding.Zero)]
    [InlineData(InflationKind.Average, ConvPadding.Reflect)]
    public void Tokenizer_StillClip_IsTheImageOnEveryFrame(InflationKind kind, ConvPadding padding)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var image = new VideoTokenizer(Config.ImageTwin() with { Padding = padding });
        using var video = new VideoTokenizer(Config with { Padding = padding });
        var report = WeightInflation.Apply(video.state_dict(), image.state_dict(), kind);
        Assert.Empty(report.LeftRandom);
        var frame = rand([1, 3, 1, 16, 16]);
        var clip = frame.expand(1, 3, 16, 16, 16).contiguous();

        image.eval();
        video.eval();
        var tokens = image.Encode(frame);
        Assert.True(video.Encode(clip).eq(tokens.expand(1, 4, 4, 4)).all().ToBoolean());
        var decoded = video.Decode(tokens.expand(1, 4, 4, 4).contiguous());
        Assert.True((decoded - image.Decode(tokens)).abs().max().ToDouble() < Tolerance);
    }

    [Fact]
    public void Discriminator_StillClip_GetsTheImagesLogit()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var image = new VideoDiscriminator(DiscriminatorConfig.For(Config.ImageTwin()));
        // T ends at 1, as it does with the paper's sizes, so that the dense layers fit.
        var config = DiscriminatorConfig.For(Config) with { Frames = 4 };
        using var video = new VideoDiscriminator(config);
        var report = WeightInflation.Apply(video.state_dict(), image.state_dict(), InflationKind.Central);
        Assert.Empty(report.LeftRandom);
        Assert.Contains("hidden.weight", report.Copied);
        var frame = rand([2, 3, 1, 16, 16]);
        var difference = video.forward(frame.expand(2, 3, 4, 16, 16).contiguous()) - image.forward(frame);
        Assert.True(difference.abs().max().ToDouble() < Tolerance);
    }
}
