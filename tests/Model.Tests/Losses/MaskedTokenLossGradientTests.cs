using Magvit.Model.Losses;
using Magvit.Model.Masking;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Losses;

/// <summary>The loss's gradient against finite differences, in float64.</summary>
public class MaskedTokenLossGradientTests
{
    private const double Step = 1e-5;

    [Theory]
    [InlineData("mask", 0)]
    [InlineData("mask", 1e-4)]
    [InlineData("mask+recons", 0.1)]
    [InlineData("mask+refine", 0.1)]
    [InlineData("mask+refine+recons", 0)]
    [InlineData("mask+refine+recons", 1e-4)]
    public void Backward_EachWeightModeAndSmoothing_EqualsFiniteDifferences(string mode, double smoothing)
    {
        using var scope = NewDisposeScope();
        var sample = new CommitTokens(randint(0, 7, [2, 6]), randint(0, 7, [2, 6]), tensor([true, true, false, false, true, false, true, false, true, false, true, false], [2, 6]), 9);
        var input = CommitMasking.Hide(sample, ConditionMode.Commit, [3, 5], rand([2, 6]));
        var weights = input.Weights(TokenRoleNames.Parse(mode))?.to(float64);
        var logits = randn([2, 6, 7], float64);
        using var free = logits.clone().requires_grad_();
        MaskedTokenLoss.Compute(free, sample.Tokens, weights, smoothing).backward();
        var gradient = free.grad!.data<double>().ToArray();
        var values = logits.data<double>().ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            double At(double change)
            {
                using var inner = NewDisposeScope();
                var moved = (double[])values.Clone();
                moved[i] += change;
                return MaskedTokenLoss.Compute(tensor(moved, [2, 6, 7]), sample.Tokens, weights, smoothing).ToDouble();
            }

            Assert.Equal((At(Step) - At(-Step)) / (2 * Step), gradient[i], 1e-8);
        }
    }
}
