namespace Magvit.Model.Transformer;

/// <summary>The table of transformer sizes (spec §6).</summary>
public static class TransformerSizes
{
    /// <summary>The shape of a size over a token grid of 4x16x16.</summary>
    /// <param name="size">Which row of the table.</param>
    /// <param name="codes">K, visual codes.</param>
    /// <param name="classes">C, classes; 0 for none.</param>
    public static TransformerConfig Config(this TransformerSize size, int codes, int classes)
    {
        var (layers, heads, width) = size switch
        {
            TransformerSize.Tiny => (12, 3, 192),
            TransformerSize.Small => (12, 6, 384),
            TransformerSize.Base => (12, 12, 768),
            TransformerSize.Large => (24, 16, 1024),
            TransformerSize.Huge => (32, 16, 1280),
            _ => throw new ArgumentOutOfRangeException(nameof(size), size, "unknown transformer size"),
        };
        return new TransformerConfig
        {
            Layers = layers,
            Heads = heads,
            Width = width,
            MlpWidth = 4 * width,
            EmbeddingWidth = width,
            Codes = codes,
            Classes = classes,
        };
    }
}
