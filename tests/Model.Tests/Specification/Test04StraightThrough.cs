using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Specification;

/// <summary>Spec §15.4: the decoder's gradient reaches the latents unchanged; the codebook learns from its own losses alone.</summary>
public class Test04StraightThrough
{
    private static readonly TokenizerConfig Config = new()
    {
        Frames = 4,
        Height = 8,
        Width = 8,
        BaseChannels = 4,
        ChannelMultipliers = [1, 2],
        TemporalDownsample = [true],
        ResidualBlocks = 1,
        CodebookSize = 16,
        EmbeddingDim = 6,
    };

    [Theory]
    [InlineData(QuantizerKind.Vq)]
    [InlineData(QuantizerKind.Lfq)]
    public void Gradient_AtTheLatents_IsThatAtTheDecodersInput(QuantizerKind kind)
    {
        using var scope = NewDisposeScope();
        var config = Config with { Quantizer = kind };
        using var quantizer = Quantizer.Create(config);
        using var decoder = new Decoder(config);
        var latents = (randn([2, config.LatentChannels, 2, 4, 4]) * 0.1).requires_grad_();

        var output = quantizer.forward(latents);
        var loss = nn.functional.mse_loss(decoder.forward(output.Quantized), rand([2, 3, 4, 8, 8]));
        var gradients = autograd.grad([loss], [latents, output.Quantized], retain_graph: true);
        loss.backward();

        Assert.True((output.Quantized - quantizer.Lookup(output.Tokens)).abs().max().ToDouble() < 1e-6);
        Assert.True(gradients[0].abs().max().ToDouble() > 0);
        Assert.Equal(0, (gradients[0] - gradients[1]).abs().max().ToDouble());
        Assert.All(quantizer.parameters(), p => Assert.Null(p.grad));
    }

    [Fact]
    public void Codebook_EmbeddingAndEntropyLosses_GiveItsGradientAndCommitmentNone()
    {
        using var scope = NewDisposeScope();
        var quantizer = new VectorQuantizer(16, 6);
        var losses = quantizer.forward((randn([2, 6, 2, 4, 4]) * 0.1).requires_grad_()).Losses!;
        losses.Commitment.backward();
        Assert.Null(quantizer.Codebook.grad);
        losses.Embedding!.backward();
        Assert.True(quantizer.Codebook.grad!.abs().sum().ToDouble() > 0);
        quantizer.Codebook.grad = null;
        losses.Entropy.backward();
        Assert.True(quantizer.Codebook.grad!.abs().sum().ToDouble() > 0);
        quantizer.Dispose();
    }
}
