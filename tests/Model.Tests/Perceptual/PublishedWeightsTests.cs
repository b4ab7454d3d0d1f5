using Magvit.Model.Checkpoints;
using Magvit.Model.Perceptual;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Perceptual;

/// <summary>The published weights against the golden values that lie beside them; skipped where MAGVIT_WEIGHTS names no folder that has them.</summary>
public sealed class PublishedWeightsTests
{
    [Fact]
    public void Lpips_PublishedWeights_GivesThePublishedDistances()
    {
        using var scope = NewDisposeScope();
        var (weights, golden) = Need("squeezenet1_1-lpips", ReferenceWeights.SqueezeNetFile);
        using var lpips = Lpips.Load(weights);
        foreach (var (name, first, second) in new[]
        {
            ("lpips64.a_b", "input64.a", "input64.b"), ("lpips64.a_c", "input64.a", "input64.c"),
            ("lpips64.a_pattern", "input64.a", "input64.pattern"), ("lpips128.a_b", "input128.a", "input128.b"),
        })
        {
            using var _ = no_grad();
            var distance = lpips.forward(Picture(golden[first]), Picture(golden[second])).ToDouble();
            var expected = golden[name].ToDouble();
            Assert.Equal(expected, distance, expected * 1e-4);
        }
    }

    [Fact]
    public void SqueezeNet_PublishedWeights_GivesThePublishedMapsAndScores()
    {
        using var scope = NewDisposeScope();
        var (weights, golden) = Need("squeezenet1_1-lpips", ReferenceWeights.SqueezeNetFile);
        using var lpips = Lpips.Load(weights);
        using var _ = no_grad();
        var (shift, scale) = (tensor(new[] { -0.030f, -0.088f, -0.188f }, [1, 3, 1, 1]), tensor(new[] { 0.458f, 0.448f, 0.450f }, [1, 3, 1, 1]));
        var taps = lpips.Network.forward((Picture(golden["input64.a"]) * 2 - 1 - shift) / scale);
        for (var i = 0; i < taps.Count; i++)
        {
            Close(golden[$"tap{i}.input64.a"], taps[i].squeeze(0), 1e-3);
        }

        var (mean, deviation) = (tensor(new[] { 0.485f, 0.456f, 0.406f }, [1, 3, 1, 1]), tensor(new[] { 0.229f, 0.224f, 0.225f }, [1, 3, 1, 1]));
        Close(golden["logits.input128.a"], lpips.Network.Scores((Picture(golden["input128.a"]) - mean) / deviation).squeeze(0), 1e-3);
    }

    [Fact]
    public void MobileNet_PublishedWeights_GivesThePublishedFeatures()
    {
        using var scope = NewDisposeScope();
        var (weights, golden) = Need("mobilenet_v1_1.0_224", ReferenceWeights.MobileNetFile);
        using var network = MobileNet.Load(weights);
        using var _ = no_grad();
        foreach (var input in new[] { "input64.a", "input64.pattern", "input128.a" })
        {
            var picture = Picture(golden[input]);
            Close(golden[$"conv1_relu.{input}.mean"], network.Activations(picture, 1).mean([2, 3]).squeeze(0), 1e-3);
            Close(golden[$"conv_pw_11_relu.{input}.mean"], network.Activations(picture, 1 + 2 * 11).mean([2, 3]).squeeze(0), 1e-3);
            Close(golden[$"conv_pw_12_relu.{input}.mean"], network.forward(picture).mean([2, 3]).squeeze(0), 1e-3);
            Close(golden[$"conv_pw_12_relu.{input}.up224.mean"], network.Describe(picture).squeeze(0), 1e-3);
        }

        Close(golden["conv_pw_5_relu.input64.a"], network.Activations(Picture(golden["input64.a"]), 1 + 2 * 5).squeeze(0), 1e-3);
    }

    private static (ReferenceWeights Weights, Dictionary<string, Tensor> Golden) Need(string folder, string file)
    {
        var weights = ReferenceWeights.Find(null);
        var golden = weights is null ? null : Path.Combine(weights.Folder, folder, "golden.safetensors");
        Assert.SkipUnless(weights?.Has(file) == true && File.Exists(golden),
            $"{ReferenceWeights.EnvironmentVariable} names no folder with {file} and {folder}/golden.safetensors");
        return (weights!, SafeTensors.Read(golden!).Tensors);
    }

    // U8 [H, W, 3] to [1, 3, H, W] in [0, 1].
    private static Tensor Picture(Tensor bytes) => bytes.permute(2, 0, 1).unsqueeze(0).to(float32) / 255;

    private static void Close(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(0, (expected - actual).abs().max().ToDouble(), tolerance);
    }
}
