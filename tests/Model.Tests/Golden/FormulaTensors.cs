using static TorchSharp.torch;

namespace Magvit.Model.Tests.Golden;

/// <summary>The weights and inputs of evaluation.py, by the same formulas.</summary>
internal static class FormulaTensors
{
    /// <summary>The fraction of 43758.5453 sin(12.9898 i + 78.233 key), float64 in [0, 1).</summary>
    public static Tensor Noise(long[] shape, int key)
    {
        using var scope = NewDisposeScope();
        var count = shape.Aggregate(1L, (a, b) => a * b);
        var x = (arange(count, float64) * 12.9898 + 78.233 * key).sin() * 43758.5453;
        return (x - x.floor()).view(shape).MoveToOuterDisposeScope();
    }

    /// <summary>A smooth clip with some noise, [1, 3, T, H, W] in [0, 1].</summary>
    public static Tensor Clip(int frames, int height, int width, int key)
    {
        using var scope = NewDisposeScope();
        var noise = Noise([frames, 3, height, width], key).data<double>().ToArray();
        var values = new float[noise.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (t, c, y, x) = (i / (3 * height * width), i / (height * width) % 3, i / width % height, i % width);
            var smooth = 0.5 + 0.4 * Math.Sin(0.2 * x + 0.15 * y + 0.5 * t + 1.3 * c + key);
            values[i] = (float)(smooth * 0.8 + 0.2 * noise[i]);
        }

        return tensor(values, [frames, 3, height, width]).permute(1, 0, 2, 3).unsqueeze(0).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Fills a network, or the part of it whose names start with the prefix, in the order of its names.</summary>
    public static void Fill(nn.Module network, string prefix = "")
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var tensors = network.state_dict().Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(t => t.Key, StringComparer.Ordinal).ToList();
        for (var key = 0; key < tensors.Count; key++)
        {
            var (name, target) = tensors[key];
            var shape = target.shape;
            var value = Noise(shape, key) - 0.5;
            value = name.EndsWith("running_var", StringComparison.Ordinal) ? value + 1.5
                : name.EndsWith("x_offset", StringComparison.Ordinal) ? value
                : shape.Length > 1 ? value * (Math.Sqrt(12) * Math.Sqrt(2.0 / shape.Skip(1).Aggregate(1L, (a, b) => a * b)))
                : value * 0.2;
            target.copy_(name.StartsWith("lin", StringComparison.Ordinal) ? value.abs() : value);
        }
    }
}
