using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Losses;

/// <summary>Compares autograd with central differences, in float64.</summary>
internal static class GradientCheck
{
    private const double Step = 1e-5;
    private const int Elements = 12;

    /// <summary>The gradient of a loss in each leaf, at up to a dozen elements spread over it, is what the loss does when the element moves.</summary>
    /// <param name="loss">A function of the leaves' present values.</param>
    /// <param name="leaves">float64, with <c>requires_grad</c>.</param>
    public static void Agrees(Func<Tensor> loss, params IEnumerable<Tensor> leaves)
    {
        using var scope = NewDisposeScope();
        var list = leaves.ToList();
        var gradients = autograd.grad([loss()], list, retain_graph: false, create_graph: false, allow_unused: true);
        var largest = 0.0;
        for (var i = 0; i < list.Count; i++)
        {
            var analytic = gradients[i]?.contiguous().view(-1).data<double>().ToArray() ?? new double[list[i].numel()];
            var stride = Math.Max(1, analytic.Length / Elements);
            for (var j = 0; j < analytic.Length; j += stride)
            {
                var numeric = (At(loss, list[i], j, Step) - At(loss, list[i], j, -Step)) / (2 * Step);
                largest = Math.Max(largest, Math.Abs(numeric));
                Assert.True(Math.Abs(analytic[j] - numeric) <= 1e-7 + 1e-5 * Math.Abs(numeric),
                    $"leaf {i}, element {j}: autograd says {analytic[j]}, the loss moves by {numeric}");
            }
        }

        Assert.True(largest > 1e-6, "the loss does not depend on the leaves: the check says nothing");
    }

    private static double At(Func<Tensor> loss, Tensor leaf, long element, double step)
    {
        using var scope = NewDisposeScope();
        Move(leaf, element, step);
        var value = loss().ToDouble();
        Move(leaf, element, -step);
        return value;
    }

    private static void Move(Tensor leaf, long element, double step)
    {
        using var _ = no_grad();
        using var view = leaf.detach().view(-1).narrow(0, element, 1);
        view.copy_(view + step);
    }
}
