using Magvit.Model.Discriminator;
using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Specification;

/// <summary>Spec §15.2: what goes in and what comes out. The presets' own layouts, of an eighth of the channels, which no shape shows.</summary>
public class Test02Shapes
{
    [Theory]
    [InlineData("magvit-b-128", 128)]
    [InlineData("magvit-b-64", 64)]
    public void EncoderAndDecoder_PresetLayout_InvertEachOther(string preset, int size)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var config = ModelPreset.Named(preset).Tokenizer with { BaseChannels = 8 };
        using var encoder = new Encoder(config, Quantizer.Create(config));
        using var decoder = new Decoder(config);
        var latents = encoder.forward(rand([1, 3, 16, size, size]));
        Assert.Equal([1L, 256, 4, 16, 16], latents.shape);
        Assert.Equal([1L, 3, 16, size, size], decoder.forward(latents).shape);
    }

    [Theory]
    [InlineData("magvit-b-128", 128)]
    [InlineData("magvit-b-64", 64)]
    public void Tokenizer_PresetLayout_GivesTokensOf4By16By16(string preset, int size)
    {
        using var scope = NewDisposeScope();
        using var tokenizer = new VideoTokenizer(ModelPreset.Named(preset).Tokenizer with { BaseChannels = 8 });
        tokenizer.eval();
        var tokens = tokenizer.Encode(rand([1, 3, 16, size, size]));
        Assert.Equal([1L, 4, 16, 16], tokens.shape);
        Assert.Equal(int64, tokens.dtype);
        Assert.InRange(tokens.max().ToInt64(), 0, 1023);
    }

    [Theory]
    [InlineData("magvit-b-128", 128)]
    [InlineData("magvit-b-64", 64)]
    public void Discriminator_PresetLayout_GivesOneLogitPerClip(string preset, int size)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var discriminator = new VideoDiscriminator(DiscriminatorConfig.For(ModelPreset.Named(preset).Tokenizer with { BaseChannels = 8 }));
        Assert.Equal([2L], discriminator.forward(rand([2, 3, 16, size, size])).shape);
    }
}
