using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Tokenizer;

public class VideoTokenizerTests
{
    [Theory]
    [InlineData(ConvPadding.Zero)]
    [InlineData(ConvPadding.Reflect)]
    public void EncodeDecode_PaperShapedNetwork_InvertsShapes(ConvPadding padding)
    {
        using var scope = NewDisposeScope();
        using var tokenizer = new VideoTokenizer(new TokenizerConfig
        {
            Height = 32,
            Width = 32,
            BaseChannels = 32,
            ChannelMultipliers = [1, 2, 2, 4],
            TemporalDownsample = [true, true, false],
            ResidualBlocks = 1,
            EmbeddingDim = 16,
            Padding = padding,
        });
        tokenizer.eval();
        var tokens = tokenizer.Encode(rand([2, 3, 16, 32, 32]));
        Assert.Equal([2L, 4L, 4L, 4L], tokens.shape);
        Assert.InRange(tokens.max().ToInt64(), 0, 1023);
        var clip = tokenizer.Decode(tokens);
        Assert.Equal([2L, 3L, 16L, 32L, 32L], clip.shape);
        Assert.InRange(clip.min().ToDouble(), 0, 1);
    }

    [Fact]
    public void Forward_EveryParameter_GetsAGradient()
    {
        using var scope = NewDisposeScope();
        using var tokenizer = new VideoTokenizer(TinyModels.Tokenizer with { LinearPath = false });
        var clip = rand([2, 3, 16, 16, 16]);
        nn.functional.mse_loss(tokenizer.forward(clip).Reconstruction, clip).backward();
        Assert.All(tokenizer.named_parameters(), p => Assert.True(p.parameter.grad is { } g && g.abs().sum().ToDouble() > 0, p.name));
    }

    [Fact]
    public void Constructor_ClipNotDivisibleIntoTokens_SaysEverythingThatIsWrong()
    {
        var exception = Assert.Throws<ArgumentException>(() => new VideoTokenizer(ModelPreset.Named("magvit-b-128").Tokenizer with { Frames = 15, Width = 100 }));
        Assert.Contains("frames: must be divisible by 4, which a token covers, got 15", exception.Message, StringComparison.Ordinal);
        Assert.Contains("width: must be divisible by 8, which a token covers, got 100", exception.Message, StringComparison.Ordinal);
    }

    // Four frames are one latent frame, which reflect padding has nothing to mirror in.
    [Fact]
    public void EncodeDecode_OneLatentFrame_IsLegal()
    {
        using var scope = NewDisposeScope();
        using var tokenizer = new VideoTokenizer(ModelPreset.Named("magvit-b-64").Tokenizer with { Frames = 4, Height = 16, Width = 16, BaseChannels = 8 });
        tokenizer.eval();
        var tokens = tokenizer.Encode(rand([1, 3, 4, 16, 16]));
        Assert.Equal([1L, 1, 4, 4], tokens.shape);
        Assert.Equal([1L, 3, 4, 16, 16], tokenizer.Decode(tokens).shape);
    }

    [Fact]
    public void Encode_WrongSize_SaysWhatIsExpected()
    {
        using var scope = NewDisposeScope();
        using var tokenizer = new VideoTokenizer(TinyModels.Tokenizer);
        var exception = Assert.Throws<ArgumentException>(() => tokenizer.Encode(rand([1, 3, 15, 16, 16])));
        Assert.Contains("expected [B, 3, 16, 16, 16], got [1, 3, 15, 16, 16]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_BFloat16_AgreesWithFloat32OnAlmostAllTokens()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var tokenizer = new VideoTokenizer(TinyModels.Tokenizer);
        tokenizer.eval();
        var clip = rand([4, 3, 16, 16, 16]);
        var expected = tokenizer.Encode(clip);
        tokenizer.Precision = bfloat16;
        var agreement = tokenizer.Encode(clip).eq(expected).to(float32).mean().ToDouble();
        Assert.True(agreement > 0.9, $"only {agreement:p0} of the tokens agree");      // rounding moves those near a boundary
    }
}
