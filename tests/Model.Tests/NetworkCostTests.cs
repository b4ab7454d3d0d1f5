using Xunit;

namespace Magvit.Model.Tests;

/// <summary>The compute table of the specification (§2.5, §6.5), in GMAC for one clip.</summary>
public sealed class NetworkCostTests
{
    [Theory]
    [InlineData("magvit-b-128", 189.3, 369.7)]
    [InlineData("magvit-b-64", 55.8, 115.3)]
    [InlineData("magvit-l-128", 754.2, 1472.3)]
    [InlineData("magvit-l-64", 222.3, 456.9)]
    public void Tokenizer_PaperPreset_CostsWhatTheSpecificationSays(string preset, double encoder, double decoder)
    {
        var config = ModelPreset.Named(preset).Tokenizer;

        Assert.Equal(encoder, NetworkCost.Encoder(config) / 1e9, 0.051);
        Assert.Equal(decoder, NetworkCost.Decoder(config) / 1e9, 0.051);
    }

    [Theory]
    [InlineData("magvit-b-128", 108)]
    [InlineData("magvit-l-128", 363)]
    [InlineData("magvit-h-128", 734)]
    public void Transformer_PaperPreset_CostsWhatTheSpecificationSays(string preset, double expected) =>
        Assert.Equal(expected, NetworkCost.Transformer(ModelPreset.Named(preset).Transformer(101)) / 1e9, 1.0);      // stated in whole GMAC, rounded down
}
