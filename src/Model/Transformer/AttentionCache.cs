using static TorchSharp.torch;

namespace Magvit.Model.Transformer;

/// <summary>Keys and values of the positions that a causal network has seen, so that each further token costs one position.</summary>
public sealed class AttentionCache : IDisposable
{
    private readonly Dictionary<object, (Tensor Keys, Tensor Values)> _layers = new(ReferenceEqualityComparer.Instance);
    private readonly long _capacity;

    /// <summary>An empty cache.</summary>
    /// <param name="capacity">The most positions that it will hold.</param>
    public AttentionCache(long capacity) => _capacity = capacity;

    /// <summary>Positions seen.</summary>
    public long Length { get; private set; }

    /// <summary>bool [B, 1, 1, P]: which of the positions before the visual ones are real; null when all are.</summary>
    internal Tensor? IsSeen { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (keys, values) in _layers.Values)
        {
            keys.Dispose();
            values.Dispose();
        }

        IsSeen?.Dispose();
    }

    /// <summary>Remembers which of the first positions count.</summary>
    internal void Begin(Tensor? isSeen) => IsSeen = isSeen?.clone().DetachFromDisposeScope();

    /// <summary>Adds a layer's keys and values [B, heads, S, d/heads] and gives all of them so far.</summary>
    internal (Tensor Keys, Tensor Values) Append(object layer, Tensor keys, Tensor values)
    {
        if (!_layers.TryGetValue(layer, out var stored))
        {
            long[] shape = [keys.size(0), keys.size(1), _capacity, keys.size(3)];
            stored = (empty(shape, keys.dtype, keys.device).DetachFromDisposeScope(), empty(shape, keys.dtype, keys.device).DetachFromDisposeScope());
            _layers[layer] = stored;
        }

        var added = keys.size(2);
        stored.Keys.narrow(2, Length, added).copy_(keys);
        stored.Values.narrow(2, Length, added).copy_(values);
        return (stored.Keys.narrow(2, 0, Length + added), stored.Values.narrow(2, 0, Length + added));
    }

    /// <summary>Counts the positions that every layer has now appended.</summary>
    internal void Advance(long positions) => Length += positions;
}
