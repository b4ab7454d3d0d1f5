using System.Reflection;
using Magvit.Model.Tests;
using Xunit;
using Xunit.v3;
using static TorchSharp.torch;

// Weights and clips draw from the process's default generator: one test at a time, each from the same seed, is the same test every time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: SeededRandomNumbers]

namespace Magvit.Model.Tests;

/// <summary>Seeds the default generator before each test.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class SeededRandomNumbersAttribute : BeforeAfterTestAttribute
{
    private const long Seed = 20230618;

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => manual_seed(Seed);
}
