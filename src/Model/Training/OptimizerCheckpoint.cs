using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>An optimizer's state as named tensors: <c>steps</c>, and for the i-th parameter <c>i.mean</c> and <c>i.square</c>.</summary>
/// <remarks>A parameter that took another number of steps than most, because it had no gradient at times, has its own <c>i.steps</c> too.</remarks>
internal static class OptimizerCheckpoint
{
    private const string Steps = "steps";

    /// <summary>The state; the averages are the optimizer's own tensors, not copies.</summary>
    public static Dictionary<string, Tensor> Tensors(AdamW optimizer)
    {
        var states = States(optimizer);
        var steps = states.Count == 0 ? 0 : states.Max(s => s.step);
        var tensors = new Dictionary<string, Tensor> { [Steps] = tensor(steps) };
        for (var i = 0; i < states.Count; i++)
        {
            tensors[$"{i}.mean"] = states[i].exp_avg;
            tensors[$"{i}.square"] = states[i].exp_avg_sq;
            if (states[i].step != steps)
            {
                tensors[$"{i}.{Steps}"] = tensor(states[i].step);
            }
        }

        return tensors;
    }

    /// <summary>Takes back what <see cref="Tensors"/> gave.</summary>
    /// <exception cref="InvalidDataException">The state is of other parameters.</exception>
    public static void Load(AdamW optimizer, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var _ = no_grad();
        var states = States(optimizer);
        for (var i = 0; i < states.Count; i++)
        {
            states[i].step = Entry(tensors, tensors.ContainsKey($"{i}.{Steps}") ? $"{i}.{Steps}" : Steps).ToInt64();
            Copy(Entry(tensors, $"{i}.mean"), states[i].exp_avg, i);
            Copy(Entry(tensors, $"{i}.square"), states[i].exp_avg_sq, i);
        }
    }

    private static List<AdamW.State> States(AdamW optimizer) => optimizer.state_dict().State.ConvertAll(s => (AdamW.State)s);

    private static Tensor Entry(IReadOnlyDictionary<string, Tensor> tensors, string name) => tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new InvalidDataException($"the checkpoint has no optimizer state {name}: it is of another network or of other trained parameters");

    private static void Copy(Tensor source, Tensor target, int index)
    {
        if (!source.shape.SequenceEqual(target.shape))
        {
            throw new InvalidDataException(
                $"the checkpoint's optimizer state {index} is [{string.Join(", ", source.shape)}], expected [{string.Join(", ", target.shape)}]: it is of another network");
        }

        target.copy_(source);
    }
}
