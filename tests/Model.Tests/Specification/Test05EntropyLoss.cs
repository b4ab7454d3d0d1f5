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

    // Unsure everywhere, but each with a best code of its own: the chosen codes are balanced all the same.
    [Fact]
    public void Hard_TakesTheChosenCodesAlone_AndKeepsTheGradientOfTheSoftmax()
    {
        using var scope = NewDisposeScope();
        var affinity = (eye(Codes) * 0.1).requires_grad_();
        var probabilities = nn.functional.softmax(affinity, -1);
        var sampleEntropy = (nn.functional.log_softmax(affinity, -1) * eye(Codes)).sum().div(Codes).neg().ToDouble();
        var loss = EntropyLoss.Compute(affinity, hard: true);
        Assert.Equal(sampleEntropy - Math.Log(Codes), loss.ToDouble(), Tolerance);
        loss.backward();
        Assert.True(affinity.grad!.abs().max().ToDouble() > 1e-4);
        Assert.True(probabilities.max().ToDouble() < 0.1);
    }

    [Theory]
    [InlineData(0, 0.3)]
    [InlineData(50, 0.2)]
    [InlineData(100, 0.1)]
    [InlineData(500, 0.1)]
    public void Boost_FadesOverItsSteps(int step, double weight) =>
        Assert.Equal(weight, new TokenizerLossOptions { Entropy = 0.1, EntropyBoost = 2, EntropyBoostSteps = 100 }.EntropyAt(step), 12);

    private static double Loss(Tensor affinity)
    {
        using var scope = NewDisposeScope();
        return EntropyLoss.Compute(affinity).ToDouble();
    }
}
