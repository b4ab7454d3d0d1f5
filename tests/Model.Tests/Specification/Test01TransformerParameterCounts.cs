using Magvit.Model.Transformer;
using Xunit;

namespace Magvit.Model.Tests.Specification;

/// <summary>Spec §15.1: the transformer's parameter counts equal §6 exactly.</summary>
public class Test01TransformerParameterCounts
{
    private const int Vocabulary = 1127;
    private const int Sequence = 1025;

    [Fact]
    public void Base_OfficialTable_EqualsTheSpecification() => Assert.Equal(87_301_991, Count(TransformerSize.Base.Config(1024, 0).WithTable(Vocabulary, Sequence)));

    // Layers are alike, so two small networks give the count of the large one exactly; building that would take seconds and gigabytes.
    [Theory]
    [InlineData(TransformerSize.Base, 87_301_991)]
    [InlineData(TransformerSize.Large, 305_567_847)]
    [InlineData(TransformerSize.Huge, 634_078_567)]
    public void EachSize_OfficialTable_EqualsTheSpecification(TransformerSize size, long expected)
    {
        var config = size.Config(1024, 0).WithTable(Vocabulary, Sequence);
        var (none, one) = (Count(config with { Layers = 0 }), Count(config with { Layers = 1 }));
        Assert.Equal(expected, none + config.Layers * (one - none));
    }

    // Spec §6, the formula: V*d + S*d + 2d + L*(4d^2+4d + 2dm + m + d + 4d) + d^2 + d + 2d + V.
    [Theory]
    [InlineData(TransformerSize.Tiny)]
    [InlineData(TransformerSize.Small)]
    public void SmallSizes_OurOwnTable_EqualTheFormula(TransformerSize size)
    {
        var c = size.Config(1024, 101);
        long v = c.Vocabulary.Size, s = c.SequenceLength, d = c.Width, m = c.MlpWidth;
        Assert.Equal(v * d + s * d + 2 * d + c.Layers * (4 * d * d + 4 * d + 2 * d * m + m + d + 4 * d) + d * d + d + 2 * d + v, Count(c));
    }

    // Spec §6.1 and §6.2: UCF-101 class-conditional, BAIR frame prediction, BAIR eight tasks, SSv2 ten tasks.
    [Theory]
    [InlineData(101, 1, 1127, 1025)]
    [InlineData(0, 1, 1026, 1025)]
    [InlineData(0, 16, 1041, 1026)]
    [InlineData(174, 16, 1215, 1026)]
    public void Vocabulary_PublishedModels_HasTheirSizes(int classes, int slots, int vocabulary, int sequence)
    {
        var config = TransformerSize.Base.Config(1024, classes) with { SpecialSlots = slots };
        Assert.Equal((vocabulary, sequence), (config.Vocabulary.Size, config.SequenceLength));
        Assert.Equal((classes, slots), (config.WithTable(vocabulary, sequence).Classes, config.WithTable(vocabulary, sequence).SpecialSlots));
    }

    [Theory]
    [InlineData("magvit-b-64", 12, 768)]
    [InlineData("magvit-b-128", 12, 768)]
    [InlineData("magvit-l-64", 24, 1024)]
    [InlineData("magvit-l-128", 24, 1024)]
    [InlineData("magvit-h-128", 32, 1280)]
    public void Preset_PaperModels_HaveTheTablesShape(string preset, int layers, int width)
    {
        var config = ModelPreset.Named(preset).Transformer(101);
        Assert.Equal((layers, width, 4 * width, 1026), (config.Layers, config.Width, config.MlpWidth, config.SequenceLength));
    }

    private static long Count(TransformerConfig config)
    {
        using var transformer = new MaskedTransformer(config);
        return transformer.parameters().Sum(p => p.numel());
    }
}
