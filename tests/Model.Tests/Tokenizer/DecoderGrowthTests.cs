using Magvit.Model.Checkpoints;
using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Tokenizer;

public class DecoderGrowthTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_DeeperDecoder_DecodesAlikeAndLearnsInEveryNewBlock(bool hasLevels)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var config = hasLevels
            ? TinyModels.Tokenizer with { StemPatch = 1, LinearPath = false, ChannelMultipliers = [1, 2, 4], TemporalDownsample = [true, true] }
            : TinyModels.Tokenizer with { LinearPath = false };
        using var shallow = new VideoTokenizer(config);
        using var deep = new VideoTokenizer(config with { DecoderResidualBlocks = 3 });
        shallow.eval();
        deep.eval();

        DecoderGrowth.Load(deep, shallow.state_dict(), sourceBlocks: 1);

        var clip = rand([2, 3, 16, 16, 16]);
        var tokens = shallow.Encode(clip);
        Assert.Equal(tokens.data<long>().ToArray(), deep.Encode(clip).data<long>().ToArray());
        Assert.InRange((shallow.Decode(tokens) - deep.Decode(tokens)).abs().max().ToDouble(), 0, 1e-5);
        var more = deep.named_parameters().Count() - shallow.named_parameters().Count();
        Assert.Equal(2 * (config.ChannelMultipliers.Count + 1) * 6, more);      // two new blocks of two norms and two kernels for each level and the middle

        // The last kernel of a new block is zero and moves first; the rest of the block follows as soon as it has.
        nn.functional.mse_loss(deep.forward(clip).Reconstruction, clip).backward();
        Assert.All(deep.named_parameters().Where(p => p.name.EndsWith("conv2.weight", StringComparison.Ordinal) && p.name.StartsWith("decoder.", StringComparison.Ordinal)),
            p => Assert.True(p.parameter.grad is { } g && g.abs().sum().ToDouble() > 0, p.name));
    }

    [Fact]
    public void Load_ShallowerDecoder_IsRefused()
    {
        using var deep = new VideoTokenizer(TinyModels.Tokenizer with { DecoderResidualBlocks = 2 });
        using var shallow = new VideoTokenizer(TinyModels.Tokenizer);
        Assert.Contains("2 residual blocks a level cannot become 1",
            Assert.Throws<ArgumentException>(() => DecoderGrowth.Load(shallow, deep.state_dict(), 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Manifest_DecoderAsDeepAsTheEncoder_DoesNotMentionIt()
    {
        static string Manifest(TokenizerConfig config) => new ModelManifest { Kind = "tokenizer", Preset = "tiny", Tokenizer = config }.ToJson();
        Assert.DoesNotContain("decoder", Manifest(TinyModels.Tokenizer), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"decoderResidualBlocks\": 2", Manifest(TinyModels.Tokenizer with { DecoderResidualBlocks = 2 }), StringComparison.Ordinal);
    }

    // Of a level with 32 channels on 4 x 4 x 4 positions, two kernels of 27 cells a block.
    [Fact]
    public void Cost_DeeperDecoder_GrowsWithItsBlocksAndLeavesTheEncoder()
    {
        var deep = TinyModels.Tokenizer with { DecoderResidualBlocks = 3 };
        Assert.Equal(2 * 2 * 2 * 27L * 32 * 32 * 64, NetworkCost.Decoder(deep) - NetworkCost.Decoder(TinyModels.Tokenizer));
        Assert.Equal(NetworkCost.Encoder(TinyModels.Tokenizer), NetworkCost.Encoder(deep));
    }
}
