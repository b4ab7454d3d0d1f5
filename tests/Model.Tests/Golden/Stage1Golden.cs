using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Golden;

/// <summary>The numbers of stage1.json, and the weights and clips that stage1.py calculated them from.</summary>
internal sealed class Stage1Golden
{
    private static readonly Lazy<JsonDocument> File = new(() =>
        JsonDocument.Parse(typeof(Stage1Golden).Assembly.GetManifestResourceStream("Magvit.Model.Tests.Golden.stage1.json")!));

    private readonly JsonElement _numbers;

    /// <summary>The numbers of one kind of padding, reflect or zero.</summary>
    public Stage1Golden(string padding) => _numbers = File.Value.RootElement.GetProperty(padding);

    /// <summary>A number, or one of the losses.</summary>
    public double Number(string name) =>
        (_numbers.TryGetProperty(name, out var value) ? value : _numbers.GetProperty("losses").GetProperty(name)).GetDouble();

    /// <summary>A list of numbers.</summary>
    public double[] List(string name) => [.. _numbers.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];

    /// <summary>values() of stage1.py: float64 in [-1/2, 1/2), [count].</summary>
    public static Tensor Values(long count, int salt)
    {
        using var scope = NewDisposeScope();
        var x = (arange(count, float64) * 12.9898 + salt * 78.233).sin() * 43758.5453;
        return (x - x.floor() - 0.5).MoveToOuterDisposeScope();
    }

    /// <summary>fill() of stage1.py; the network must be float64.</summary>
    public static void Fill(nn.Module network, double gain = 1)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var salt = 1;
        foreach (var (name, parameter) in network.named_parameters().OrderBy(p => p.name, StringComparer.Ordinal))
        {
            var shape = parameter.shape;
            var value = Values(parameter.numel(), salt++).view(shape);
            parameter.copy_(shape.Length > 1 ? value * (gain * Math.Sqrt(12.0 / shape.Skip(1).Aggregate(1L, (a, b) => a * b)))
                : name.EndsWith("weight", StringComparison.Ordinal) ? value * 0.2 + 1
                : value * 0.2);
        }
    }

    /// <summary>The clips: float64 [2, 3, 4, 16, 16] in [0, 1].</summary>
    public static Tensor Clips()
    {
        using var scope = NewDisposeScope();
        return (Values(2 * 3 * 4 * 16 * 16, 1000) + 0.5).view(2, 3, 4, 16, 16).MoveToOuterDisposeScope();
    }

    /// <summary>The norm of all gradients together.</summary>
    public static double GradientNorm(nn.Module network) =>
        Math.Sqrt(network.parameters().Sum(p => Square(p)));

    private static double Square(Parameter parameter)
    {
        using var scope = NewDisposeScope();
        return parameter.grad!.square().sum().ToDouble();
    }
}
