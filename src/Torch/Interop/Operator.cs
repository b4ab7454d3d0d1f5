using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Interop;

/// <summary>An ATen operator found by name, called through the boxed dispatcher. Thread-safe.</summary>
/// <remarks>Resolving happens at the first call and never again: operator handles live as long as libtorch.</remarks>
internal sealed unsafe class Operator(string name, string overload = "")
{
    private const int StackLimit = 256;
    private nint _handle;

    /// <summary>Whether this libtorch has the operator; versions differ (scaled_dot_product_attention came with 2.0).</summary>
    public bool Exists => _handle != 0 || NativeMethods.mgt_operator(name, overload, out _handle) == 0;

    /// <summary>Calls an operator that returns one tensor.</summary>
    public Tensor Call(params ReadOnlySpan<Arg> args)
    {
        NativeValue result;
        Invoke(args, &result, 1);
        return Tensor.FromNative(result);
    }

    /// <summary>Calls an operator for its effect; what it returns (often its own first argument) is released.</summary>
    public void Run(params ReadOnlySpan<Arg> args)
    {
        NativeValue result;
        if (Invoke(args, &result, 1) == 1 && result.Tag == ValueTag.Tensor)
        {
            NativeMethods.mgt_tensor_free((nint)result.Payload);
        }
    }

    /// <summary>Calls an operator that returns several tensors; undefined ones come back as null.</summary>
    public Tensor[] CallMany(int capacity, params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc NativeValue[capacity];
        var tensors = new Tensor[Invoke(args, results, capacity)];
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = results[i].Payload == 0 ? null! : Tensor.FromNative(results[i]);
        }

        return tensors;
    }

    /// <summary>Calls an operator that returns one number.</summary>
    public Scalar CallScalar(params ReadOnlySpan<Arg> args)
    {
        NativeValue result;
        Invoke(args, &result, 1);
        return result.Tag switch
        {
            ValueTag.Double => new Scalar(BitConverter.Int64BitsToDouble(result.Payload)),
            ValueTag.Bool => new Scalar(result.Payload != 0),
            _ => new Scalar(result.Payload),
        };
    }

    private int Invoke(ReadOnlySpan<Arg> args, NativeValue* results, int capacity)
    {
        if (_handle == 0)
        {
            NativeMethods.Check(NativeMethods.mgt_operator(name, overload, out _handle));
        }

        var listed = 0;
        foreach (var arg in args)
        {
            listed += arg.IsList ? arg.Count : 0;
        }

        // Lists are copied to one scratch block; tensors in it are kept alive by a reference count until the call returns.
        var large = listed > StackLimit ? new long[listed] : null;
        var small = stackalloc long[large is null ? listed : 0];
        fixed (long* pinned = large)
        {
            var scratch = large is null ? small : pinned;
            var values = stackalloc NativeValue[args.Length]; // zeroed: tag None where Fill did not get to
            nint text = 0;
            try
            {
                for (var i = 0; i < args.Length; i++)
                {
                    scratch = Fill(args[i], ref values[i], scratch, ref text);
                }

                NativeMethods.Check(NativeMethods.mgt_call(_handle, values, args.Length, results, capacity, out var count));
                return count;
            }
            finally
            {
                Release(args, values);
                Marshal.FreeCoTaskMem(text);
            }
        }
    }

    private static long* Fill(in Arg arg, ref NativeValue value, long* scratch, ref nint text)
    {
        value.Payload = arg.Payload;
        value.Count = arg.Count;
        switch (arg.Tag)
        {
            case ValueTag.Tensor or ValueTag.Generator:
                value.Payload = AddRef((SafeHandle)arg.Reference!);
                break;
            case ValueTag.IntList:
                ((long[])arg.Reference!).CopyTo(new Span<long>(scratch, arg.Count));
                value.Payload = (nint)scratch;
                scratch += arg.Count;
                break;
            case ValueTag.DoubleList:
                ((double[])arg.Reference!).CopyTo(new Span<double>(scratch, arg.Count));
                value.Payload = (nint)scratch;
                scratch += arg.Count;
                break;
            case ValueTag.TensorList or ValueTag.OptionalTensorList:
                var tensors = (Tensor?[])arg.Reference!;
                value.Payload = (nint)scratch;
                value.Count = 0;
                value.Tag = arg.Tag;
                foreach (var tensor in tensors)
                {
                    *scratch++ = tensor is null ? 0 : AddRef(tensor.Handle);
                    value.Count++;
                }

                break;
            case ValueTag.String:
                text = Marshal.StringToCoTaskMemUTF8((string)arg.Reference!);
                value.Payload = text;
                break;
        }

        value.Tag = arg.Tag;
        return scratch;
    }

    private static nint AddRef(SafeHandle handle)
    {
        var added = false;
        handle.DangerousAddRef(ref added);
        return handle.DangerousGetHandle();
    }

    // Gives back exactly the references that Fill took, also when it stopped half-way at a disposed tensor.
    private static void Release(ReadOnlySpan<Arg> args, NativeValue* values)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if (values[i].Tag is ValueTag.Tensor or ValueTag.Generator)
            {
                ((SafeHandle)args[i].Reference!).DangerousRelease();
            }
            else if (values[i].Tag is ValueTag.TensorList or ValueTag.OptionalTensorList)
            {
                var tensors = (Tensor?[])args[i].Reference!;
                for (var j = 0; j < values[i].Count; j++)
                {
                    tensors[j]?.Handle.DangerousRelease();
                }
            }
        }
    }
}
