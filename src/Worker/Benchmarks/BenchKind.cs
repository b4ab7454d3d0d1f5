namespace Magvit.Worker.Benchmarks;

/// <summary>What a row of the benchmark does. The names in kebab case are those that the partner knows.</summary>
internal enum BenchKind
{
    /// <summary>Clips to tokens.</summary>
    Encode,

    /// <summary>Tokens to clips.</summary>
    Decode,

    /// <summary>One pass of the transformer.</summary>
    Forward,

    /// <summary>The linear layers of such a pass alone.</summary>
    LinearLayers,

    /// <summary>A whole generation: condition encoded, twelve steps, decoded.</summary>
    Clip,

    /// <summary>A step of stage 1: squared error, gradients, update.</summary>
    TrainTokenizer,

    /// <summary>A step of stage 2 over tokens: masked-token loss, gradients, update.</summary>
    TrainTransformer,
}
