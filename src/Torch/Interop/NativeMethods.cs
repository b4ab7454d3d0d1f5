using System.Reflection;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>The functions of native/magvit_torch.cpp and native/devices.cpp.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "magvit_torch";

    /// <summary>Names the shim's file when it does not lie next to the assembly.</summary>
    public const string LibraryPathVariable = "MAGVIT_TORCH_LIBRARY";

    static NativeMethods() => NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Library)
        {
            return 0;
        }

        var path = Environment.GetEnvironmentVariable(LibraryPathVariable);
        if (!string.IsNullOrEmpty(path))
        {
            return NativeLibrary.Load(path);
        }

        return NativeLibrary.TryLoad(Path.Combine(AppContext.BaseDirectory, "libmagvit_torch.so"), out var handle)
            ? handle
            : throw new DllNotFoundException(
                $"libmagvit_torch.so is neither in {AppContext.BaseDirectory} nor named by {LibraryPathVariable}, or its libtorch is missing. " +
                "Build it with: cmake -S src/Torch/native -B src/Torch/native/build && cmake --build src/Torch/native/build");
    }

    [LibraryImport(Library)] public static partial nint mgt_last_error();
    [LibraryImport(Library)] public static partial nint mgt_version();
    [LibraryImport(Library)] public static partial long mgt_live_tensors();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mgt_operator(string name, string overload, out nint handle);

    [LibraryImport(Library)]
    public static partial int mgt_call(nint op, NativeValue* args, int count, NativeValue* results, int capacity, out int resultCount);

    [LibraryImport(Library)] public static partial void mgt_tensor_free(nint tensor);
    [LibraryImport(Library)] public static partial int mgt_tensor_alias(TensorHandle tensor, out nint alias);

    [LibraryImport(Library)]
    public static partial int mgt_tensor_info(TensorHandle tensor, long* info, long* sizes, long* strides, int capacity);

    [LibraryImport(Library)] public static partial int mgt_tensor_data(TensorHandle tensor, out nint data);

    [LibraryImport(Library)]
    public static partial int mgt_tensor_from_bytes(void* bytes, long* sizes, int dims, int dtype, out nint tensor);

    [LibraryImport(Library)] public static partial int mgt_set_requires_grad(TensorHandle tensor, int value);
    [LibraryImport(Library)] public static partial int mgt_grad(TensorHandle tensor, out nint grad);
    [LibraryImport(Library)] public static partial int mgt_set_grad(TensorHandle tensor, nint grad);
    [LibraryImport(Library)] public static partial int mgt_backward(nint* tensors, nint* grads, int count, int retainGraph, int createGraph);

    [LibraryImport(Library)]
    public static partial int mgt_autograd_grad(nint* outputs, nint* grads, int outputCount, nint* inputs, int inputCount,
        int retainGraph, int createGraph, int allowUnused, nint* results);

    [LibraryImport(Library)] public static partial int mgt_grad_enabled();
    [LibraryImport(Library)] public static partial void mgt_set_grad_enabled(int value);
    [LibraryImport(Library)] public static partial nint mgt_inference_enter(int enabled);
    [LibraryImport(Library)] public static partial void mgt_inference_leave(nint guard);

    [LibraryImport(Library)] public static partial int mgt_generator_new(int deviceType, int deviceIndex, out nint generator);
    [LibraryImport(Library)] public static partial int mgt_generator_default(int deviceType, int deviceIndex, out nint generator);
    [LibraryImport(Library)] public static partial void mgt_generator_free(nint generator);
    [LibraryImport(Library)] public static partial int mgt_generator_seed(GeneratorHandle generator, ulong seed);
    [LibraryImport(Library)] public static partial int mgt_generator_initial_seed(GeneratorHandle generator, out ulong seed);
    [LibraryImport(Library)] public static partial int mgt_generator_get_state(GeneratorHandle generator, out nint state);
    [LibraryImport(Library)] public static partial int mgt_generator_set_state(GeneratorHandle generator, TensorHandle state);
    [LibraryImport(Library)] public static partial int mgt_manual_seed_all(ulong seed);
    [LibraryImport(Library)] public static partial int mgt_cuda_available();
    [LibraryImport(Library)] public static partial int mgt_cuda_device_count();
    [LibraryImport(Library)] public static partial int mgt_cuda_synchronize(int device);
    [LibraryImport(Library)] public static partial int mgt_cuda_empty_cache();
    [LibraryImport(Library)] public static partial int mgt_cuda_memory(int device, int resetPeak, long* bytes);
    [LibraryImport(Library)] public static partial int mgt_cuda_capability(int device);
    [LibraryImport(Library)] public static partial int mgt_graph_supported();
    [LibraryImport(Library)] public static partial int mgt_graph_begin(int device, out nint graph);
    [LibraryImport(Library)] public static partial int mgt_graph_end(nint graph, int keep);
    [LibraryImport(Library)] public static partial int mgt_graph_launch(nint graph);
    [LibraryImport(Library)] public static partial void mgt_graph_free(nint graph);
    [LibraryImport(Library)] public static partial void mgt_set_num_threads(int threads);
    [LibraryImport(Library)] public static partial int mgt_get_num_threads();
    [LibraryImport(Library)] public static partial void mgt_set_allow_tf32(int value);

    /// <summary>Throws what libtorch reported when <paramref name="status"/> is not 0.</summary>
    /// <exception cref="TorchException">The native call failed.</exception>
    public static void Check(int status)
    {
        if (status != 0)
        {
            throw new TorchException(Marshal.PtrToStringUTF8(mgt_last_error()) ?? "unknown native error");
        }
    }
}
