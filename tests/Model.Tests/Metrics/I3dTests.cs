using Magvit.Model.Checkpoints;
using Magvit.Model.Metrics;
using Magvit.Model.Perceptual;
using Magvit.Model.Tests.Golden;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Metrics;

public sealed class I3dTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-i3d-").FullName;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
    }

    // The whole network, its resize and its padding, against evaluation.py.
    [Fact]
    public void Features_FormulaWeights_EqualsTheGoldenNumbers()
    {
        using var scope = NewDisposeScope();
        using var network = new I3d();
        FormulaTensors.Fill(network);
        var features = network.Features(FormulaTensors.Clip(9, 64, 64, 4));
        Assert.Equal([1L, 400L], features.shape);
        AssertClose.Equal(GoldenNumbers.List("i3d"), features, 1e-3);
    }

    [Fact]
    public void Parameters_NamesAndCount_AreThePortsOwn()
    {
        using var scope = NewDisposeScope();
        using var network = new I3d();
        var state = network.state_dict();
        Assert.Equal(GoldenNumbers.Number("i3d.parameters"), network.parameters().Sum(p => p.numel()));
        Assert.Equal([64L, 3, 7, 7, 7], state["Conv3d_1a_7x7.conv3d.weight"].shape);
        Assert.Equal([320L, 160, 3, 3, 3], state["Mixed_4f.b1b.conv3d.weight"].shape);
        Assert.Equal([128L], state["Mixed_5c.b3b.bn.running_var"].shape);
        Assert.Equal([400L, 1024, 1, 1, 1], state["logits.conv3d.weight"].shape);
        Assert.Equal(57 * 4 + 2, state.Count);                                    // 57 units of kernel, offset, mean and variance; the logits
    }

    // Names of hassony2/kinetics_i3d_pytorch, with a scale in the norms: the same features after loading.
    [Fact]
    public void Load_OtherPortsNames_FoldsTheScaleAndGivesTheSameFeatures()
    {
        using var scope = NewDisposeScope();
        using var network = new I3d();
        FormulaTensors.Fill(network);
        var published = new Dictionary<string, Tensor>();
        foreach (var (name, value) in network.state_dict())
        {
            var theirs = name.Replace("logits.", "conv3d_0c_1x1.", StringComparison.Ordinal).Replace("Conv3d_", "conv3d_", StringComparison.Ordinal)
                .Replace("Mixed_", "mixed_", StringComparison.Ordinal).Replace(".bn.", ".batch3d.", StringComparison.Ordinal)
                .Replace(".b0.", ".branch_0.", StringComparison.Ordinal).Replace(".b1a.", ".branch_1.0.", StringComparison.Ordinal)
                .Replace(".b1b.", ".branch_1.1.", StringComparison.Ordinal).Replace(".b2a.", ".branch_2.0.", StringComparison.Ordinal)
                .Replace(".b2b.", ".branch_2.1.", StringComparison.Ordinal).Replace(".b3b.", ".branch_3.1.", StringComparison.Ordinal);
            published[theirs] = name.EndsWith(".bn.running_mean", StringComparison.Ordinal) ? value / 2
                : name.EndsWith("conv3d.weight", StringComparison.Ordinal) && !name.StartsWith("logits", StringComparison.Ordinal) ? value / 2 : value;
            if (name.EndsWith(".bn.bias", StringComparison.Ordinal))
            {
                published[theirs.Replace(".bias", ".weight", StringComparison.Ordinal)] = full(value.shape, 2);
                published[theirs.Replace(".bias", ".num_batches_tracked", StringComparison.Ordinal)] = tensor(7L);
            }
        }

        SafeTensors.Write(Path.Combine(_folder, ReferenceWeights.I3dFile), published);
        using var loaded = I3d.Load(ReferenceWeights.Open(_folder));
        foreach (var (name, value) in network.state_dict())
        {
            Assert.Equal(0, (value - loaded.state_dict()[name]).abs().max().ToDouble(), 1e-6);
        }
    }

    [Fact]
    public void Features_TooFewFrames_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var network = new I3d();
        var exception = Assert.Throws<ArgumentException>(() => network.Features(zeros([1, 3, 8, 64, 64])));
        Assert.Contains("T at least 9, got [1, 3, 8, 64, 64]", exception.Message, StringComparison.Ordinal);
    }
}
