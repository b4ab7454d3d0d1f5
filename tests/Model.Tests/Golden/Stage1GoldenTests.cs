using Magvit.Model.Discriminator;
using Magvit.Model.Losses;
using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Golden;

/// <summary>Networks, losses and gradients of stage 1 against an independent calculation (stage1.py).</summary>
public class Stage1GoldenTests
{
    // Both sides calculate in float64; what differs is the order of sums.
    private const double Tolerance = 1e-8;

    private static readonly TokenizerConfig Config = new()
    {
        Frames = 4,
        Height = 16,
        Width = 16,
        BaseChannels = 4,
        ChannelMultipliers = [1, 2, 2],
        TemporalDownsample = [true, false],
        ResidualBlocks = 1,
        CodebookSize = 16,
        EmbeddingDim = 6,
    };

    [Theory]
    [InlineData("reflect", ConvPadding.Reflect)]
    [InlineData("zero", ConvPadding.Zero)]
    public void Tokenizer_ForwardLossesAndGradient_EqualTheIndependentCalculation(string name, ConvPadding padding)
    {
        using var scope = NewDisposeScope();
        var golden = new Stage1Golden(name);
        using var tokenizer = Tokenizer(padding);
        using var discriminator = Discriminator();
        var clips = Stage1Golden.Clips();

        var output = tokenizer.forward(clips);
        var judged = discriminator.forward(output.Reconstruction);
        var loss = new TokenizerLoss(new TokenizerLossOptions(), new NoPerceptualLoss()).Compute(output, clips, 0, judged);
        loss.Total.backward();

        Assert.Equal(golden.List("tokens"), output.Tokens.view(-1).data<long>().ToArray().Select(t => (double)t));
        AssertEqual(golden.List("reconstruction"), [.. Numbers(output.Reconstruction).Where((_, i) => i % 16 == 0)]);
        AssertEqual(golden.List("fakeLogits"), Numbers(judged));
        Assert.Equal(golden.Number("pixel"), loss.Pixel, Tolerance);
        Assert.All(new[] { "commitment", "embedding", "entropy", "adversarial" }, term => Assert.Equal(golden.Number(term), loss.Terms[term], Tolerance));
        Assert.Equal(golden.Number("hingeGenerator"), AdversarialLoss.Generator(judged, AdversarialKind.Hinge).ToDouble(), Tolerance);
        Assert.Equal(golden.Number("generatorLoss"), loss.Total.ToDouble(), Tolerance);
        Assert.Equal(golden.Number("generatorGradientNorm"), Stage1Golden.GradientNorm(tokenizer), 1e-6);
    }

    [Theory]
    [InlineData("reflect", ConvPadding.Reflect)]
    [InlineData("zero", ConvPadding.Zero)]
    public void Discriminator_LogitsLossesAndGradient_EqualTheIndependentCalculation(string name, ConvPadding padding)
    {
        using var scope = NewDisposeScope();
        var golden = new Stage1Golden(name);
        using var tokenizer = Tokenizer(padding);
        using var discriminator = Discriminator();
        var clips = Stage1Golden.Clips().requires_grad_();
        var leCam = new LeCamRegularizer(0.999);
        leCam.Restore(realMean: 0.3, fakeMean: -0.2);

        var real = discriminator.forward(clips);
        var fake = discriminator.forward(tokenizer.forward(clips.detach()).Reconstruction.detach());
        var game = AdversarialLoss.Discriminator(real, fake, AdversarialKind.NonSaturating);
        var penalty = GradientPenalty.Compute(real, clips);
        var steadied = leCam.Compute(real, fake);
        var loss = game + penalty * 10 + steadied * 0.001;
        loss.backward();

        AssertEqual(golden.List("realLogits"), Numbers(real));
        Assert.Equal(golden.Number("discriminator"), game.ToDouble(), Tolerance);
        Assert.Equal(golden.Number("hingeDiscriminator"), AdversarialLoss.Discriminator(real, fake, AdversarialKind.Hinge).ToDouble(), Tolerance);
        Assert.Equal(golden.Number("gradientPenalty"), penalty.ToDouble(), Tolerance);
        Assert.Equal(golden.Number("leCam"), steadied.ToDouble(), Tolerance);
        Assert.Equal(golden.Number("discriminatorLoss"), loss.ToDouble(), Tolerance);
        Assert.Equal(golden.Number("discriminatorGradientNorm"), Stage1Golden.GradientNorm(discriminator), 1e-6);
    }

    // The way that training takes, in float32: two roundings apart at the most on numbers near 1.
    [Fact]
    public void Encoder_Float32_AgreesWithTheIndependentCalculation()
    {
        using var scope = NewDisposeScope();
        using var encoder = new Encoder(Config, Quantizer.Create(Config)).to(float64);
        Fill(encoder, "encoder.");
        encoder.to(float32);
        var latents = encoder.forward(Stage1Golden.Clips().to(float32));
        AssertEqual(new Stage1Golden("reflect").List("latents"), Numbers(latents), 1e-4);
    }

    private static VideoTokenizer Tokenizer(ConvPadding padding)
    {
        var tokenizer = new VideoTokenizer(Config with { Padding = padding }) { Precision = float64 }.to(float64);
        Stage1Golden.Fill(tokenizer);
        return tokenizer;
    }

    private static VideoDiscriminator Discriminator()
    {
        var discriminator = new VideoDiscriminator(DiscriminatorConfig.For(Config)) { Precision = float64 }.to(float64);
        Stage1Golden.Fill(discriminator, gain: 2);
        return discriminator;
    }

    // The encoder's share of a whole tokenizer's weights.
    private static void Fill(Encoder encoder, string prefix)
    {
        using var tokenizer = Tokenizer(ConvPadding.Reflect);
        encoder.load_state_dict(tokenizer.state_dict().Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(t => t.Key[prefix.Length..], t => t.Value));
    }

    private static double[] Numbers(Tensor x) => x.detach().to(float64).contiguous().view(-1).data<double>().ToArray();

    private static void AssertEqual(double[] expected, double[] actual, double tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"at {i}: expected {expected[i]}, got {actual[i]}");
        }
    }
}
