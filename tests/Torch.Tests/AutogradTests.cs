using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Torch.Tests;

public class AutogradTests
{
    [Fact]
    public void Backward_SumOfSquares_GradientIsTwiceTheValue()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, -3, 2 }).requires_grad_();
        x.square().sum().backward();
        Assert.Equal([2f, -6f, 4f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Grad_CreateGraph_GivesSecondDerivative()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 2 }).requires_grad_();
        var first = autograd.grad([x.pow(3).sum()], [x], create_graph: true)[0]!;
        var second = autograd.grad([first.sum()], [x])[0]!;
        Assert.Equal(12f, second.item<float>(), 1e-5);
    }

    [Fact]
    public void NoGrad_InsideAndAfter_SwitchesRecordingOffAndOn()
    {
        using var scope = NewDisposeScope();
        var x = ones([1]).requires_grad_();
        using (no_grad())
        {
            Assert.False((x * 2).requires_grad);
        }

        Assert.True((x * 2).requires_grad);
    }

    [Fact]
    public void AdamW_OneStep_EqualsTheFormula()
    {
        using var scope = NewDisposeScope();
        using var parameter = new Parameter(tensor(new float[] { 1, 2 }));
        using var optimizer = optim.AdamW([parameter], lr: 0.1, beta1: 0.9, beta2: 0.99, eps: 1e-8, weight_decay: 0.5);
        (parameter * tensor(new float[] { 3, -4 })).sum().backward();
        optimizer.step();

        // At the first step the bias-corrected moments are g and g^2, so the step is lr * sign(g); decay multiplies by 1 - lr * 0.5.
        var values = parameter.detach().data<float>().ToArray();
        Assert.Equal(1 * 0.95 - 0.1, values[0], 1e-5);
        Assert.Equal(2 * 0.95 + 0.1, values[1], 1e-5);
    }

    // In one pass over memory for float32 in order, by lists of operators for float64 and for weights that lie in another order; longer than a thread's part.
    [Fact]
    public void AdamW_InOnePass_EqualsListsOfOperators()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        Tensor[] start = [randn([1], generator: generator), randn([3, 7], generator: generator), randn([70_001], generator: generator), randn([5, 4], generator: generator)];
        Tensor[] slopes = [.. start.Select(t => randn(t.shape, generator: generator))];
        double[][] Train(ScalarType type)
        {
            var parameters = start.Select((t, i) => new Parameter(i == 3 ? t.t().contiguous().t().to(type) : t.to(type).clone())).ToList();
            Assert.Equal([true, true, true, false], parameters.Select(p => p.is_contiguous()));
            using var optimizer = optim.AdamW(
                [new AdamW.ParamGroup(parameters.Take(2), lr: 0.02, weight_decay: 0.3), new AdamW.ParamGroup(parameters.Skip(2), lr: 0.01, beta1: 0)], beta2: 0.99);
            for (var i = 0; i < 5; i++)
            {
                optimizer.zero_grad();
                parameters.Zip(slopes, (p, slope) => (p.pow(2) * (i + 1) + p * slope.to(type)).sum()).Aggregate((a, b) => a + b).backward();
                optimizer.step();
            }

            return [.. parameters.Select(p => p.detach().to(float64).contiguous().data<double>().ToArray())];
        }

        foreach (var (exact, fused) in Train(float64).Zip(Train(float32)))
        {
            Assert.All(exact.Zip(fused), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
        }
    }

    [Fact]
    public void AdamW_StateRestored_ContinuesAsIfNeverStopped()
    {
        float[] Run(int stopAfter)
        {
            using var scope = NewDisposeScope();
            var parameter = new Parameter(tensor(new float[] { 1, 2 }));
            var optimizer = optim.AdamW([parameter], lr: 0.05);
            for (var i = 0; i < 6; i++)
            {
                if (i == stopAfter)
                {
                    var before = (AdamW.State)optimizer.state_dict().State[0];
                    optimizer = optim.AdamW([parameter], lr: 0.05);
                    var after = (AdamW.State)optimizer.state_dict().State[0];
                    after.step = before.step;
                    after.exp_avg.copy_(before.exp_avg);
                    after.exp_avg_sq.copy_(before.exp_avg_sq);
                }

                optimizer.zero_grad();
                (parameter.square() * (i + 1)).sum().backward();
                optimizer.step();
            }

            return parameter.detach().data<float>().ToArray();
        }

        Assert.Equal(Run(stopAfter: -1), Run(stopAfter: 3));
    }

    [Fact]
    public void ClipGradNorm_LargeGradients_ScalesToTheLimitAndReturnsTheNorm()
    {
        using var scope = NewDisposeScope();
        using var a = new Parameter(zeros([1]));
        using var b = new Parameter(zeros([1]));
        (a * 3 + b * 4).sum().backward();
        var norm = nn.utils.clip_grad_norm_([a, b], 1);
        Assert.Equal(5, norm, 1e-5);
        Assert.Equal(0.6, a.grad!.item<float>(), 1e-4);
        Assert.Equal(0.8, b.grad!.item<float>(), 1e-4);
    }
}
