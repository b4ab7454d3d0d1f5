using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Tokenizer;

public class QuantizerTests
{
    [Fact]
    public void FsqLookup_EveryToken_QuantizesBackToItself()
    {
        using var scope = NewDisposeScope();
        var quantizer = new FiniteScalarQuantizer([8, 5, 5, 5]);
        var tokens = arange(1000).view(1, 10, 10, 10);
        var codes = quantizer.Lookup(tokens);
        Assert.Equal([1L, 4L, 10L, 10L, 10L], codes.shape);
        Assert.InRange(codes.abs().max().ToDouble(), 1.0, 1.0);                    // levels fill [-1, 1]

        // The latent of a code is the inverse of the bounding: atanh of its place between the outermost levels.
        var half = tensor(new float[] { 7, 4, 4, 4 }, [1, 4, 1, 1, 1]) * (1 + 1e-3) / 2;
        var offset = tensor(new float[] { 0.5f, 0, 0, 0 }, [1, 4, 1, 1, 1]);
        var width = tensor(new float[] { 4, 2, 2, 2 }, [1, 4, 1, 1, 1]);
        var latents = ((codes * width + offset) / half).clamp(-0.9999, 0.9999).atanh() - (offset / half).atanh();
        Assert.True(quantizer.forward(latents).Tokens.eq(tokens).all().ToBoolean());
    }

    [Fact]
    public void Fsq_Gradient_PassesThroughTheRounding()
    {
        using var scope = NewDisposeScope();
        var quantizer = new FiniteScalarQuantizer([8, 5, 5, 5]);
        var z = (randn([1, 4, 2, 2, 2]) * 0.1).requires_grad_();
        quantizer.forward(z).Quantized.sum().backward();
        Assert.True(z.grad!.gt(0.5).all().ToBoolean());                            // tanh is steep near 0
    }

    [Fact]
    public void VectorQuantizer_Tokens_AreTheNearestCodewords()
    {
        using var scope = NewDisposeScope();
        var quantizer = new VectorQuantizer(32, 4);
        quantizer.eval();
        var z = randn([1, 4, 2, 3, 3]) * 0.1;
        var tokens = quantizer.forward(z).Tokens.view(-1).data<long>().ToArray();
        var flat = z.movedim([1], [-1]).reshape(-1, 4).data<float>().ToArray();
        var book = quantizer.Codebook.detach().data<float>().ToArray();
        for (var i = 0; i < tokens.Length; i++)
        {
            var nearest = Enumerable.Range(0, 32).MinBy(k => Enumerable.Range(0, 4).Sum(d => Math.Pow(flat[i * 4 + d] - book[k * 4 + d], 2)));
            Assert.Equal(nearest, tokens[i]);
        }
    }

    [Fact]
    public void VectorQuantizer_Normalized_DecidesByTheAngleAndGivesUnitCodes()
    {
        using var scope = NewDisposeScope();
        using var quantizer = new VectorQuantizer(32, 4, normalized: true);
        quantizer.eval();
        var z = randn([1, 4, 2, 3, 3]);
        var output = quantizer.forward(z);
        Assert.True((output.Quantized.square().sum(1) - 1).abs().max().ToDouble() < 1e-5);
        Assert.True(quantizer.forward(z * 7).Tokens.eq(output.Tokens).all().ToBoolean());
        var cosine = z.permute(0, 2, 3, 4, 1).reshape(-1, 4).matmul(quantizer.Lookup(arange(32, int64).view(1, 32, 1, 1)).view(4, 32));
        Assert.True(cosine.argmax(1).eq(output.Tokens.view(-1)).all().ToBoolean());
    }
}
