using Magvit.Model.Discriminator;
using Magvit.Model.Tokenizer;
using Xunit;

namespace Magvit.Model.Tests.Specification;

/// <summary>Spec §15.1: parameter counts equal §2.5 and §6 exactly.</summary>
public class Test01ParameterCounts
{
    [Theory]
    [InlineData("magvit-b-128", 17_149_888, 23_167_811, 40_579_843)]
    [InlineData("magvit-b-64", 15_379_392, 20_954_819, 36_596_355)]
    [InlineData("magvit-l-128", 68_443_776, 89_106_051, 157_811_971)]
    [InlineData("magvit-l-64", 61_363_840, 80_256_387, 141_882_371)]
    public void Tokenizer_PaperPresets_EqualTheSpecification(string preset, long encoder, long decoder, long total)
    {
        using var tokenizer = new VideoTokenizer(ModelPreset.Named(preset).Tokenizer);
        var counts = tokenizer.named_parameters().ToLookup(p => p.name.Split('.')[0], p => p.parameter.numel());
        Assert.Equal(encoder, counts["encoder"].Sum());
        Assert.Equal(decoder, counts["decoder"].Sum());
        Assert.Equal(total, counts.SelectMany(c => c).Sum());
    }

    [Theory]
    [InlineData("magvit-b-128", 15_339_457)]
    [InlineData("magvit-l-128", 61_341_569)]
    [InlineData("magvit-b-64", 11_734_465)]
    [InlineData("magvit-l-64", 46_922_625)]
    public void Discriminator_PaperPresets_EqualTheSpecification(string preset, long total)
    {
        using var discriminator = new VideoDiscriminator(DiscriminatorConfig.For(ModelPreset.Named(preset).Tokenizer));
        Assert.Equal(total, discriminator.parameters().Sum(p => p.numel()));
    }

    // Spec §5 gives them rounded: 13.8M and 53.1M.
    [Theory]
    [InlineData("magvit-b-128", 13.8)]
    [InlineData("magvit-l-128", 53.1)]
    public void ImageTwin_PaperPresets_EqualTheSpecification(string preset, double millions)
    {
        using var tokenizer = new VideoTokenizer(ModelPreset.Named(preset).Tokenizer.ImageTwin());
        Assert.Equal(millions, Math.Round(tokenizer.parameters().Sum(p => p.numel()) / 1e6, 1));
    }
}
