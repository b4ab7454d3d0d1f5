using Magvit.Model.Checkpoints;
using Magvit.Model.Masking;
using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Tokenizer;

public class BlockEncoderTests
{
    private static readonly TokenizerConfig Config = TinyModels.Tokenizer with { LinearBlock = new TokenBlock(4, 2, 2) };

    // Blocks that are mixtures of a few pictures with falling weights: what residual quantization of components is for.
    [Fact]
    public void Fit_ClipsOfFewPatterns_ReconstructsThemBeforeAnyTraining()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var clips = Clips(96);
        using var tokenizer = new VideoTokenizer(Config);
        tokenizer.eval();
        var before = Error(tokenizer, clips);

        BlockFit.Apply(tokenizer, clips, seed: 1);

        var after = Error(tokenizer, clips);
        Assert.True(after < before / 100, $"mean squared error {before} became {after}");
    }

    [Fact]
    public void Fit_OneStageAfterAnother_EachLeavesLess()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var clips = Clips(96);
        using var tokenizer = new VideoTokenizer(Config);
        tokenizer.eval();
        BlockFit.Apply(tokenizer, clips, seed: 1);
        var (lt, clip) = (Config.Geometry.LatentFrames, clips[0]);
        var codes = tokenizer.Quantizer.Lookup(tokenizer.Encode(clip));

        // The decoder's line over the first stages alone: what the later latent frames of a block tell is left out.
        var errors = Enumerable.Range(1, lt).Select(stages =>
        {
            var told = cat([codes.narrow(2, 0, stages), zeros_like(codes.narrow(2, 0, lt - stages))], 2);
            var pixels = tokenizer.Blocks!.Value.Decoder.forward(Resampling.SpaceToDepth(told, Config.LinearBlock!.Value)) + 0.5;
            return (Resampling.DepthToSpace(pixels, new TokenBlock(16, 8, 8)) - clip).pow(2).mean().ToDouble();
        }).ToList();
        Assert.Equal(errors.OrderDescending(), errors);
        Assert.True(errors[^1] < errors[0] / 4, string.Join(", ", errors));
    }

    [Fact]
    public void Forward_FittedNetwork_TrainsEveryWeightOfThePath()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var clips = Clips(64);
        using var tokenizer = new VideoTokenizer(Config);
        BlockFit.Apply(tokenizer, clips, seed: 1);

        nn.functional.mse_loss(tokenizer.forward(clips[0]).Reconstruction, clips[0]).backward();

        var path = tokenizer.named_parameters().Where(p => p.name.Contains("blockLinear", StringComparison.Ordinal)).ToList();
        Assert.Equal(4 * 2 + 3, path.Count);
        Assert.All(path, p => Assert.True(p.parameter.grad is { } g && g.abs().sum().ToDouble() > 0, p.name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Encode_SavedAndRead_GivesTheSameTokens(bool isHalf)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var folder = Directory.CreateTempSubdirectory("magvit-block-").FullName;
        try
        {
            var clips = Clips(64);
            using var tokenizer = new VideoTokenizer(Config);
            BlockFit.Apply(tokenizer, clips, seed: 1);
            tokenizer.eval();
            ModelFolder.Write(folder, tokenizer, new ModelManifest { Kind = "tokenizer", Preset = "tiny", Tokenizer = Config }, isHalf ? float16 : float32);

            using var read = new VideoTokenizer(ModelManifest.Read(folder).Tokenizer!);
            ModelFolder.ReadWeights(folder, read);
            read.eval();
            Assert.DoesNotContain("volume", File.ReadAllText(Path.Combine(folder, "model.json")), StringComparison.Ordinal);

            var same = read.Encode(clips[0]).eq(tokenizer.Encode(clips[0])).to(float32).mean().ToDouble();
            Assert.InRange(same, isHalf ? 0.95 : 1, 1);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(3, 2, 2)]
    [InlineData(4, 2, 3)]
    [InlineData(0, 1, 1)]
    public void Validate_BlockThatDoesNotDivideTheGrid_IsRefused(int frames, int rows, int columns)
    {
        var config = TinyModels.Tokenizer with { LinearBlock = new TokenBlock(frames, rows, columns) };
        Assert.Contains("must divide the token grid 4x4x4", Assert.Throws<ArgumentException>(config.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_BlockWithoutLinearPathOrWithALearnedCodebook_IsRefused()
    {
        foreach (var config in new[] { Config with { LinearPath = false }, Config with { Quantizer = QuantizerKind.Vq } })
        {
            Assert.Contains("a linear block needs the linear path, the quantizer fsq", Assert.Throws<ArgumentException>(config.Validate).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TokenMask_TokensDescribedTogether_CountAsGivenTogether()
    {
        using var scope = NewDisposeScope();
        var builder = new ConditionBuilder(Config.Geometry);

        // A first frame reaches into every column of the clip: all tokens tell something of it.
        Assert.True(builder.TokenMask(GenerationTask.FramePrediction).all().ToBoolean());

        var known = zeros([16, 16, 16], ScalarType.Bool);
        known.narrow(0, 15, 1).narrow(1, 9, 1).narrow(2, 2, 1).fill_(true);
        var tokens = builder.BuildCustom(ones([1, 3, 16, 16, 16]), known).TokenMask;
        Assert.Equal(4 * 2 * 2, tokens.sum().ToInt64());
        Assert.True(tokens.narrow(1, 2, 2).narrow(2, 0, 2).all().ToBoolean());
    }

    // 64 tokens of 4 codes and 192 values, 16 tokens a block: a map for each of four stages and three echoes; features of all tokens for the codes of each.
    // The decoder's first convolution sees 192 values in place of 4 codes.
    [Fact]
    public void Cost_Block_CountsItsMaps()
    {
        const long Map = 64 * 4 * 192;
        Assert.Equal(16 * Map * 7 / 4 - Map + 15 * 64 * 32 * 4, NetworkCost.Encoder(Config) - NetworkCost.Encoder(TinyModels.Tokenizer));
        Assert.Equal(15 * Map + 27 * 32 * 64 * (192 - 4), NetworkCost.Decoder(Config) - NetworkCost.Decoder(TinyModels.Tokenizer));
    }

    private static List<Tensor> Clips(int count)
    {
        var patterns = rand([6, 3, 16, 8, 8]) - 0.5;
        var weights = tensor([1f, 0.5f, 0.25f, 0.12f, 0.06f, 0.03f]);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var mix = (randn([4, 6]) * weights * 0.3).matmul(patterns.view(6, -1));                         // 2 x 2 blocks of a clip
            return (mix.view(1, 2, 2, 3, 16, 8, 8).permute(0, 3, 4, 1, 5, 2, 6).reshape(1, 3, 16, 16, 16) + 0.5).clamp(0, 1);
        })];
    }

    private static double Error(VideoTokenizer tokenizer, List<Tensor> clips) =>
        clips.Take(8).Average(clip => (tokenizer.Decode(tokenizer.Encode(clip)) - clip).pow(2).mean().ToDouble());
}
