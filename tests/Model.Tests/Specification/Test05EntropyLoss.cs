using Magvit.Model.Losses;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Specification;

/// <summary>Spec §15.5: what the entropy loss is at its three corners.</summary>
public class Test05EntropyLoss
{
    private const int Codes = 16;

    // The 1e-5 inside the logarithm (spec §3) moves the batch entropy by about K * 1e-5.
    private const double Tolerance = 2e-4;

    [Fact]
    public void Uniform_BothEntropiesAreLnK_LossIsZero() => Assert.Equal(0, Loss(zeros([32, Codes])), Tolerance);

    [Fact]
    public void OneHotBalanced_SureAndUniform_LossIsMinusLnK() => Assert.Equal(-Math.Log(Codes), Loss(eye(Codes).repeat(2, 1) * 1000), Tolerance);

    [Fact]
    public void Collapsed_OneCodeForAll_LossIsZero()
    {
        using var scope = NewDisposeScope();
        var affinity = zeros([32, Codes]);
        affinity.narrow(1, 3, 1).fill_(1000);
        Assert.Equal(0, Loss(affinity), Tolerance);
    }

    private static double Loss(Tensor affinity)
    {
        using var scope = NewDisposeScope();
        return EntropyLoss.Compute(affinity).ToDouble();
    }
}
