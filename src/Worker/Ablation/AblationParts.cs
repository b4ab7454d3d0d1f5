namespace Magvit.Worker.Ablation;

/// <summary>What an ablation compares.</summary>
[Flags]
internal enum AblationParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Transformers trained in other ways: Tab. 4, 5 and 6.</summary>
    Transformers = 1,

    /// <summary>Other ways to decode the same transformer.</summary>
    Decoding = 2,

    /// <summary>Starts of the tokenizer: Tab. 7 and 14.</summary>
    Inflation = 4,

    /// <summary>All of them.</summary>
    All = Transformers | Decoding | Inflation,
}
