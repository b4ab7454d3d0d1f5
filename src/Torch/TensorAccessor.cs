using System.Collections;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>Typed access to the elements of a contiguous CPU tensor, in row-major order.</summary>
public sealed unsafe class TensorAccessor<T> : IEnumerable<T> where T : unmanaged
{
    private readonly Tensor _tensor;
    private readonly T* _data;

    internal TensorAccessor(Tensor tensor)
    {
        if (tensor.element_size() != Unsafe.SizeOf<T>())
        {
            throw new InvalidOperationException($"data<{typeof(T).Name}> on a tensor of {tensor.dtype}");
        }

        _tensor = tensor;
        Count = tensor.numel();
        _data = (T*)tensor.DataPointer();
    }

    public long Count { get; }

    public T this[long index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)Count);
            ObjectDisposedException.ThrowIf(_tensor.IsInvalid, _tensor);
            return _data[index];
        }
    }

    public T[] ToArray()
    {
        ObjectDisposedException.ThrowIf(_tensor.IsInvalid, _tensor);
        var result = new ReadOnlySpan<T>(_data, checked((int)Count)).ToArray();
        GC.KeepAlive(_tensor);
        return result;
    }

    public void CopyTo(Span<T> destination)
    {
        ObjectDisposedException.ThrowIf(_tensor.IsInvalid, _tensor);
        new ReadOnlySpan<T>(_data, checked((int)Count)).CopyTo(destination);
        GC.KeepAlive(_tensor);
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
