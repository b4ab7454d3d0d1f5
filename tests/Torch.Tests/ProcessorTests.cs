using TorchSharp.Extensions;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Torch.Tests;

/// <summary>Tests of what depends on instructions and threads, which some of them change for the whole process: they run one after the other, with nothing beside them.</summary>
[CollectionDefinition(nameof(ProcessorTests), DisableParallelization = true)]
public abstract class ProcessorTests : IDisposable
{
    private readonly Instructions _before = NativeOperators.Instructions;

    public void Dispose()
    {
        NativeOperators.Limit(_before);
        GC.SuppressFinalize(this);
    }

    /// <summary>Has products use these instructions and says which type they multiply; skips the test where the processor lacks them.</summary>
    protected static ScalarType Use(Instructions instructions)
    {
        NativeOperators.Limit(instructions);
        Assert.SkipUnless(NativeOperators.Instructions == instructions, $"this processor has no {instructions}");
        return instructions == Instructions.Avx512BFloat16 ? bfloat16 : float32;
    }
}
