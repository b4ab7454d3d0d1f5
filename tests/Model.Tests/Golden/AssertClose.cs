using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Golden;

/// <summary>Comparison of a tensor with golden numbers.</summary>
internal static class AssertClose
{
    /// <summary>The tensor's first elements equal the expected within the tolerance.</summary>
    public static void Equal(IReadOnlyList<double> expected, Tensor actual, double tolerance)
    {
        using var scope = NewDisposeScope();
        var values = actual.detach().to(float64).contiguous().reshape(-1).data<double>().ToArray();
        Assert.True(values.Length >= expected.Count, $"expected at least {expected.Count} values, got {values.Length}");
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.True(Math.Abs(expected[i] - values[i]) <= tolerance, $"at {i}: expected {expected[i]}, got {values[i]}");
        }
    }
}
