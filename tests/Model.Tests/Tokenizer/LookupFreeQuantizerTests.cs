using Magvit.Model.Losses;
using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Tokenizer;

public class LookupFreeQuantizerTests
{
    [Fact]
    public void Lookup_EveryToken_QuantizesBackToItself()
    {
        using var scope = NewDisposeScope();
        using var quantizer = new LookupFreeQuantizer(64);
        var tokens = arange(64, int64).view(1, 4, 4, 4);
        var codes = quantizer.Lookup(tokens);
        Assert.Equal([1L, 6, 4, 4, 4], codes.shape);
        Assert.True(codes.abs().eq(1).all().ToBoolean());
        Assert.True(quantizer.forward(codes * 0.01).Tokens.eq(tokens).all().ToBoolean());
    }

    // Spec §13.1: index = sum 2^j [z_j > 0].
    [Fact]
    public void Tokens_AreTheSignBits()
    {
        using var scope = NewDisposeScope();
        using var quantizer = new LookupFreeQuantizer(8);
        var z = tensor(new float[] { 0.3f, -0.1f, 2 }, [1, 3, 1, 1, 1]);
        var output = quantizer.forward(z);
        Assert.Equal(0b101, output.Tokens.ToInt64());
        Assert.Equal([1f, -1, 1], output.Quantized.view(-1).data<float>().ToArray());
    }

    // The affinity 2 z.c / tau is minus the squared distance but for terms that no code changes: the same softmax as a vector quantizer's.
    [Fact]
    public void Entropy_IsThatOfTheSquaredDistancesToAllCodes()
    {
        using var scope = NewDisposeScope();
        using var quantizer = new LookupFreeQuantizer(8);
        var z = randn([2, 3, 1, 4, 4]) * 0.02;
        var codes = quantizer.Lookup(arange(8, int64).view(1, 8, 1, 1)).view(3, 8).t();                    // [8, 3]
        var flat = z.permute(0, 2, 3, 4, 1).reshape(-1, 1, 3);
        var distances = (flat - codes.unsqueeze(0)).square().sum(-1);                                      // [32, 8]
        Assert.Equal(EntropyLoss.Compute(distances / -0.01).ToDouble(), quantizer.forward(z).Losses!.Entropy.ToDouble(), 1e-4);
    }

    [Fact]
    public void Constructor_NoPowerOfTwo_SaysWhatIsNeeded() =>
        Assert.Contains("power of two, got 1000", Assert.Throws<ArgumentException>(() => new LookupFreeQuantizer(1000)).Message, StringComparison.Ordinal);

    [Fact]
    public void Tokenizer_WithLookupFreeQuantizer_HasAChannelPerBitAndAGradientEverywhere()
    {
        using var scope = NewDisposeScope();
        using var tokenizer = new VideoTokenizer(TinyModels.Tokenizer with { Quantizer = QuantizerKind.Lfq, CodebookSize = 1024, LinearPath = false });
        Assert.Equal((10, 1024), (tokenizer.Config.LatentChannels, tokenizer.Config.Codes));
        var clip = rand([2, 3, 16, 16, 16]);
        var output = tokenizer.forward(clip);
        (nn.functional.mse_loss(output.Reconstruction, clip) + output.QuantizerLosses!.Entropy).backward();
        Assert.All(tokenizer.named_parameters(), p => Assert.True(p.parameter.grad is { } g && g.abs().sum().ToDouble() > 0, p.name));
    }
}
