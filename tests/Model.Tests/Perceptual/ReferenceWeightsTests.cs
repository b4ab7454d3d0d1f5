using Magvit.Model.Checkpoints;
using Magvit.Model.Metrics;
using Magvit.Model.Perceptual;
using Magvit.Model.Tests.Golden;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Perceptual;

public sealed class ReferenceWeightsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-weights-").FullName;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Load_FilesInSubFolders_AreFoundByName()
    {
        using var scope = NewDisposeScope();
        using var lpips = new Lpips();
        var heads = lpips.state_dict().Where(t => t.Key.StartsWith("lin", StringComparison.Ordinal)).ToDictionary();
        Directory.CreateDirectory(Path.Combine(_folder, "squeeze"));
        SafeTensors.Write(Path.Combine(_folder, "squeeze", ReferenceWeights.SqueezeNetFile), lpips.Network.state_dict(), floatType: float16);
        SafeTensors.Write(Path.Combine(_folder, ReferenceWeights.LpipsFile), heads);
        var clip = FormulaTensors.Clip(1, 40, 40, 1);
        var black = zeros([1, 3, 1, 40, 40]);

        using var loaded = Lpips.Load(ReferenceWeights.Open(_folder));

        var expected = lpips.PerFrame(clip, black).ToDouble();
        Assert.Equal(expected, loaded.PerFrame(clip, black).ToDouble(), expected * 0.01);   // the weights were rounded to float16
    }

    [Fact]
    public void Load_AbsentFile_SaysHowToGetIt()
    {
        using var scope = NewDisposeScope();
        var weights = ReferenceWeights.Open(_folder);
        Assert.False(weights.Has(ReferenceWeights.I3dFile));
        var exception = Assert.Throws<InvalidDataException>(() => I3d.Load(weights));
        Assert.Contains("i3d_kinetics400.safetensors is missing", exception.Message, StringComparison.Ordinal);
        Assert.Contains("pytorch-i3d", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WeightsOfAnotherNetwork_NamesFileAndTensor()
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(Path.Combine(_folder, ReferenceWeights.MobileNetFile), new Dictionary<string, Tensor> { ["conv1.weight"] = zeros([1]) });
        var exception = Assert.Throws<InvalidDataException>(() => MobileNet.Load(ReferenceWeights.Open(_folder)));
        Assert.Contains("mobilenet_v1_features.safetensors", exception.Message, StringComparison.Ordinal);
        Assert.Contains("conv1.weight: expected [32, 3, 3, 3], got [1]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoSuchFolder_SaysSo()
    {
        using var scope = NewDisposeScope();
        var exception = Assert.Throws<ArgumentException>(() => ReferenceWeights.Open(Path.Combine(_folder, "none")));
        Assert.Contains("there is no folder", exception.Message, StringComparison.Ordinal);
    }
}
