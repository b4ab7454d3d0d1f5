using Magvit.Model.Checkpoints;
using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Tokenizer;

public class TokenizerGrowthTests
{
    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    public void Load_DeeperTokenizer_ComputesAlikeAndLearnsInEveryNewBlock(bool hasLevels, int encoderBlocks)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var config = hasLevels
            ? TinyModels.Tokenizer with { StemPatch = 1, LinearPath = false, ChannelMultipliers = [1, 2, 4], TemporalDownsample = [true, true] }
            : TinyModels.Tokenizer with { LinearPath = false };
        using var shallow = new VideoTokenizer(config);
        using var deep = new VideoTokenizer(config with { ResidualBlocks = encoderBlocks, DecoderResidualBlocks = 3 });
        shallow.eval();
        deep.eval();

        TokenizerGrowth.Load(deep, shallow.state_dict(), config);

        var clip = rand([2, 3, 16, 16, 16]);
        var tokens = shallow.Encode(clip);
        Assert.Equal(tokens.data<long>().ToArray(), deep.Encode(clip).data<long>().ToArray());
        Assert.InRange((shallow.Decode(tokens) - deep.Decode(tokens)).abs().max().ToDouble(), 0, 1e-5);
        var more = deep.named_parameters().Count() - shallow.named_parameters().Count();
        var newBlocks = (2 + encoderBlocks - 1) * (config.ChannelMultipliers.Count + 1);        // for each level and the middle
        Assert.Equal(newBlocks * 6, more);                                                      // two norms and two kernels each

        // The last kernel of a new block is zero and moves first; the rest of the block follows as soon as it has.
        nn.functional.mse_loss(deep.forward(clip).Reconstruction, clip).backward();
        Assert.All(deep.named_parameters().Where(p => p.name.EndsWith("conv2.weight", StringComparison.Ordinal)),
            p => Assert.True(p.parameter.grad is { } g && g.abs().sum().ToDouble() > 0, p.name));
    }

    [Theory]
    [InlineData(2, 2, 1, "encoder: 2 residual blocks a level cannot become 1")]
    [InlineData(1, 2, 1, "decoder: 2 residual blocks a level cannot become 1")]
    public void Load_ShallowerTokenizer_IsRefused(int encoderBlocks, int decoderBlocks, int newBlocks, string expected)
    {
        var shape = TinyModels.Tokenizer with { ResidualBlocks = encoderBlocks, DecoderResidualBlocks = decoderBlocks };
        using var deep = new VideoTokenizer(shape);
        using var shallow = new VideoTokenizer(TinyModels.Tokenizer with { ResidualBlocks = newBlocks });
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => TokenizerGrowth.Load(shallow, deep.state_dict(), shape)).Message, StringComparison.Ordinal);
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
