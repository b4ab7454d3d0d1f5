using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>Starts a 3D network from the weights of its 2D twin, leaf by leaf (spec §5; official: train_utils.py, inflation).</summary>
public static class WeightInflation
{
    /// <summary>Writes into every weight of the 3D network what its namesake in the 2D network gives.</summary>
    /// <param name="target">Weights of the 3D network by name, changed in place; several networks at once when their names differ.</param>
    /// <param name="source">Weights of the 2D network by the same names; kernels are [out, in, 1, k, k] or [out, in, k, k].</param>
    /// <param name="kind">How kernels grow.</param>
    /// <exception cref="InvalidDataException">The two have no weight in common.</exception>
    public static InflationReport Apply(IReadOnlyDictionary<string, Tensor> target, IReadOnlyDictionary<string, Tensor> source, InflationKind kind)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(source);
        using var _ = no_grad();
        List<string> copied = [], inflated = [], leftRandom = [];
        foreach (var (name, weight) in target)
        {
            using var scope = NewDisposeScope();
            var value = source.GetValueOrDefault(name);
            if (value is not null && value.shape.SequenceEqual(weight.shape))
            {
                weight.copy_(value);
                copied.Add(name);
            }
            else if (value is not null && Kernel2d(value, weight) is { } kernel)
            {
                Inflate(weight, kernel, kind);
                inflated.Add(name);
            }
            else
            {
                leftRandom.Add(name);
            }
        }

        return copied.Count + inflated.Count > 0
            ? new InflationReport(copied, inflated, leftRandom)
            : throw new InvalidDataException($"no weight of the 2D network fits, not even {target.Keys.FirstOrDefault()}: it is another architecture");
    }

    // [out, in, 1, k, k] when the value is that kernel without its time axis; null when it is something else.
    private static Tensor? Kernel2d(Tensor value, Tensor weight)
    {
        var kernel = value.ndim == 4 ? value.unsqueeze(2) : value;
        var (from, to) = (kernel.shape, weight.shape);
        return from.Length == 5 && to.Length == 5 && from[2] == 1 && from[0] == to[0] && from[1] == to[1] && from[3] == to[3] && from[4] == to[4]
            ? kernel
            : null;
    }

    private static void Inflate(Tensor weight, Tensor kernel, InflationKind kind)
    {
        var frames = weight.size(2);
        if (kind == InflationKind.Average)
        {
            weight.copy_((kernel / frames).expand(weight.shape));
            return;
        }

        weight.zero_();
        weight.narrow(2, frames / 2, 1).copy_(kernel);
    }
}
