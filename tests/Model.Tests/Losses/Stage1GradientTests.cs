using Magvit.Model.Discriminator;
using Magvit.Model.Losses;
using Magvit.Model.Tests.Golden;
using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Losses;

/// <summary>Every loss of stage 1 against finite differences, in float64.</summary>
public class Stage1GradientTests
{
    private static readonly TokenizerConfig Config = new()
    {
        Frames = 2,
        Height = 8,
        Width = 8,
        BaseChannels = 2,
        ChannelMultipliers = [1, 2],
        TemporalDownsample = [true],
        ResidualBlocks = 1,
        CodebookSize = 8,
        EmbeddingDim = 3,
    };

    // Behind the straight-through step the gradient is not that of the loss, by design: the decoder's is.
    [Fact]
    public void Pixel_Gradient_IsThatOfTheLoss()
    {
        using var scope = NewDisposeScope();
        using var tokenizer = new VideoTokenizer(Config) { Precision = float64 }.to(float64);
        Stage1Golden.Fill(tokenizer);
        var clips = Clips();
        GradientCheck.Agrees(() => nn.functional.mse_loss(tokenizer.forward(clips).Reconstruction, clips),
            tokenizer.named_parameters().Where(p => p.name.StartsWith("decoder.", StringComparison.Ordinal)).Select(p => p.parameter));
    }

    [Theory]
    [InlineData("commitment")]
    [InlineData("embedding")]
    [InlineData("entropy")]
    public void VectorQuantizer_Gradients_AreThoseOfTheLosses(string term)
    {
        using var scope = NewDisposeScope();
        using var quantizer = new VectorQuantizer(8, 3).to(float64);
        Stage1Golden.Fill(quantizer, gain: 0.3);
        var z = Latents(3, 0.4);
        Tensor Loss() => quantizer.forward(z).Losses! switch
        {
            var l when term == "commitment" => l.Commitment,
            var l when term == "embedding" => l.Embedding!,
            var l => l.Entropy,
        };

        // The stop-gradients make each of the first two a loss of one side alone.
        if (term != "embedding")
        {
            GradientCheck.Agrees(Loss, z);
        }

        if (term != "commitment")
        {
            GradientCheck.Agrees(Loss, quantizer.Codebook);
        }
    }

    [Fact]
    public void VectorQuantizer_StopGradients_KeepEachLossToItsSide()
    {
        using var scope = NewDisposeScope();
        using var quantizer = new VectorQuantizer(8, 3).to(float64);
        var z = Latents(3, 0.4);
        var losses = quantizer.forward(z).Losses!;
        Assert.Null(autograd.grad([losses.Commitment], [quantizer.Codebook], retain_graph: true, allow_unused: true)[0]);
        Assert.Null(autograd.grad([losses.Embedding!], [z], retain_graph: true, allow_unused: true)[0]);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(1 << 12)]                                                          // two factors of six bits
    public void LookupFreeQuantizer_Gradients_AreThoseOfTheLosses(int codes)
    {
        using var scope = NewDisposeScope();
        using var quantizer = new LookupFreeQuantizer(codes).to(float64);
        var z = Latents(int.Log2(codes), 0.02);                                    // near 0, where assignments are unsure
        GradientCheck.Agrees(() => quantizer.forward(z).Losses!.Commitment, z);
        GradientCheck.Agrees(() => quantizer.forward(z).Losses!.Entropy, z);
    }

    [Theory]
    [InlineData(AdversarialKind.NonSaturating)]
    [InlineData(AdversarialKind.Hinge)]
    public void Adversarial_Gradients_AreThoseOfTheLosses(AdversarialKind kind)
    {
        using var scope = NewDisposeScope();
        using var discriminator = Discriminator();
        var (real, fake) = (Clips(), (Clips().flip(0) * 0.7).detach().requires_grad_());
        GradientCheck.Agrees(() => AdversarialLoss.Generator(discriminator.forward(fake), kind), fake);
        GradientCheck.Agrees(
            () => AdversarialLoss.Discriminator(discriminator.forward(real), discriminator.forward(fake.detach()), kind), discriminator.parameters());
    }

    // A gradient of a gradient: the discriminator's graph is differentiated twice.
    [Fact]
    public void GradientPenalty_DoubleBackward_IsThatOfThePenalty()
    {
        using var scope = NewDisposeScope();
        using var discriminator = Discriminator();
        var clips = Clips().requires_grad_();
        GradientCheck.Agrees(() => GradientPenalty.Compute(discriminator.forward(clips), clips), discriminator.parameters());
    }

    [Fact]
    public void GradientPenalty_LinearDiscriminator_IsTheSquaredNormOfItsWeights()
    {
        using var scope = NewDisposeScope();
        var clips = Clips().requires_grad_();                                      // two clips
        var weights = Stage1Golden.Values(clips.numel() / 2, 7).view(1, 3, 2, 8, 8);
        var logits = (clips * weights).sum([1L, 2, 3, 4]);
        Assert.Equal(weights.square().sum().ToDouble(), GradientPenalty.Compute(logits, clips).ToDouble(), 1e-9);
    }

    [Fact]
    public void LeCam_Gradient_IsThatOfTheLoss()
    {
        using var scope = NewDisposeScope();
        using var discriminator = Discriminator();
        var (real, fake) = (Clips(), Clips().flip(0) * 0.7);
        var leCam = new LeCamRegularizer(0.9);
        leCam.Restore(realMean: 3, fakeMean: -3);                                  // both sides pulled
        GradientCheck.Agrees(() => leCam.Compute(discriminator.forward(real), discriminator.forward(fake)), discriminator.parameters());
    }

    [Fact]
    public void LeCam_RunningMeans_FollowTheLogitsFromZero()
    {
        using var scope = NewDisposeScope();
        var leCam = new LeCamRegularizer(0.9);
        var (real, fake) = (tensor([1.0f, 3.0f]), tensor([-1.0f, -2.0f]));
        Assert.Equal(4 + 1.5 * 1.5, leCam.Compute(real, fake).ToDouble(), 1e-5);   // means still 0
        leCam.Update(2, -1.5);
        Assert.Equal((0.2, -0.15), (Math.Round(leCam.RealMean, 10), Math.Round(leCam.FakeMean, 10)));
        leCam.Update(2, -1.5);
        Assert.Equal(0.38, leCam.RealMean, 1e-10);
    }

    private static VideoDiscriminator Discriminator()
    {
        var discriminator = new VideoDiscriminator(DiscriminatorConfig.For(Config)) { Precision = float64 }.to(float64);
        Stage1Golden.Fill(discriminator, gain: 2);
        return discriminator;
    }

    private static Tensor Clips() => (Stage1Golden.Values(2 * 3 * 2 * 8 * 8, 50) + 0.5).view(2, 3, 2, 8, 8);

    private static Tensor Latents(int channels, double scale) =>
        (Stage1Golden.Values(2 * channels * 8, 60) * scale).view(2, channels, 2, 2, 2).detach().requires_grad_();
}
