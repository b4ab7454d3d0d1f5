using Magvit.Model.Training;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Training;

/// <summary>Checkpoints of runs in progress must stay readable: the names are a file format.</summary>
public sealed class OptimizerCheckpointTests
{
    [Fact]
    public void Tensors_AfterSteps_AreNamedByPlaceAndKind()
    {
        using var scope = NewDisposeScope();
        using var a = new Parameter(ones([2]));
        using var b = new Parameter(ones([3]));
        using var optimizer = Stepped(2, a, b);
        var tensors = OptimizerCheckpoint.Tensors(optimizer);
        Assert.Equal(["steps", "0.mean", "0.square", "1.mean", "1.square"], tensors.Keys);
        Assert.Equal(2, tensors["steps"].ToInt64());
        Assert.Equal([3], tensors["1.square"].shape);
    }

    [Fact]
    public void Load_OfWhatWasStored_GivesTheSameState()
    {
        using var scope = NewDisposeScope();
        using var a = new Parameter(ones([2]));
        using var b = new Parameter(ones([3]));
        using var stored = Stepped(3, a, b);
        using var optimizer = optim.AdamW([a, b]);
        OptimizerCheckpoint.Load(optimizer, OptimizerCheckpoint.Tensors(stored));
        foreach (var (expected, actual) in stored.state_dict().State.Zip(optimizer.state_dict().State))
        {
            var (x, y) = ((AdamW.State)expected, (AdamW.State)actual);
            Assert.Equal(x.step, y.step);
            Assert.Equal(x.exp_avg.data<float>().ToArray(), y.exp_avg.data<float>().ToArray());
            Assert.Equal(x.exp_avg_sq.data<float>().ToArray(), y.exp_avg_sq.data<float>().ToArray());
        }
    }

    [Fact]
    public void Load_ParameterThatSkippedAStep_KeepsItsOwnCount()
    {
        using var scope = NewDisposeScope();
        using var a = new Parameter(ones([2]));
        using var b = new Parameter(ones([3]));
        using var stored = Stepped(3, a, b);
        stored.zero_grad();
        a.sum().backward();
        stored.step();
        using var optimizer = optim.AdamW([a, b]);
        OptimizerCheckpoint.Load(optimizer, OptimizerCheckpoint.Tensors(stored));
        Assert.Equal([4L, 3L], optimizer.state_dict().State.Select(s => ((AdamW.State)s).step));
    }

    [Fact]
    public void Load_StateOfOtherParameters_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var a = new Parameter(ones([2]));
        using var b = new Parameter(ones([3]));
        using var stored = Stepped(1, a);
        using var more = optim.AdamW([a, b]);
        using var other = optim.AdamW([b]);
        var tensors = OptimizerCheckpoint.Tensors(stored);
        Assert.Contains("1.mean", Assert.Throws<InvalidDataException>(() => OptimizerCheckpoint.Load(more, tensors)).Message, StringComparison.Ordinal);
        Assert.Contains("[2], expected [3]", Assert.Throws<InvalidDataException>(() => OptimizerCheckpoint.Load(other, tensors)).Message, StringComparison.Ordinal);
    }

    private static AdamW Stepped(int steps, params Parameter[] parameters)
    {
        var optimizer = optim.AdamW(parameters);
        for (var i = 0; i < steps; i++)
        {
            optimizer.zero_grad();
            stack(parameters.Select(p => p.square().sum())).sum().backward();
            optimizer.step();
        }

        return optimizer;
    }
}
