using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Disposes, at its end, every tensor that its thread made since it began and that was not moved out.</summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic] private static DisposeScope? _current;

    private readonly DisposeScope? _outer;
    private readonly HashSet<Tensor> _tensors = new(ReferenceEqualityComparer.Instance);
    private bool _disposed;

    internal DisposeScope()
    {
        _outer = _current;
        _current = this;
    }

    internal static DisposeScope? Current => _current;

    /// <summary>The tensors that would be disposed now.</summary>
    public int DisposablesCount => _tensors.Count;

    internal void Include(Tensor tensor) => _tensors.Add(tensor);

    internal bool Remove(Tensor tensor) => _tensors.Remove(tensor);

    /// <summary>Hands the tensor to the enclosing scope, or to nobody when there is none.</summary>
    public T MoveToOuter<T>(T disposable) where T : Tensor
    {
        ArgumentNullException.ThrowIfNull(disposable);
        disposable.OwningScope = _outer;
        _tensors.Remove(disposable);
        _outer?.Include(disposable);
        return disposable;
    }

    /// <summary>Takes the tensor out of all scopes.</summary>
    public T Detach<T>(T disposable) where T : Tensor
    {
        ArgumentNullException.ThrowIfNull(disposable);
        disposable.DetachFromDisposeScope();
        return disposable;
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (!ReferenceEquals(_current, this))
        {
            throw new InvalidOperationException("dispose scopes end in the order opposite to their beginning, on the thread that began them");
        }

        _current = _outer;
        foreach (var tensor in _tensors)
        {
            tensor.OwningScope = null;
            tensor.Dispose();
        }

        _tensors.Clear();
    }
}

public static partial class torch
{
    public static DisposeScope NewDisposeScope() => new();
}
