using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>PyTorch's module-level functions, with TorchSharp's signatures.</summary>
public static partial class torch
{
    /// <summary>The version of the libtorch in use, such as 1.13.1.</summary>
    public static string __version__ => Marshal.PtrToStringUTF8(NativeMethods.mgt_version()) ?? "unknown";

    public static void set_num_threads(int threads) => NativeMethods.mgt_set_num_threads(threads);

    public static int get_num_threads() => NativeMethods.mgt_get_num_threads();

    /// <summary>Seeds the default generators of all devices.</summary>
    public static Generator manual_seed(long seed)
    {
        NativeMethods.Check(NativeMethods.mgt_manual_seed_all((ulong)seed));
        return Generator.Default;
    }

    public static bool cuda_is_available() => NativeMethods.mgt_cuda_available() != 0;

    public static class cuda
    {
        public static bool is_available() => cuda_is_available();

        public static int device_count() => NativeMethods.mgt_cuda_device_count();

        /// <summary>Waits until the device has done all that was asked of it; nothing to wait for without one.</summary>
        public static void synchronize(Device? device = null) => NativeMethods.Check(NativeMethods.mgt_cuda_synchronize(device?.index ?? -1));
    }

    public static class backends
    {
        public static class cuda
        {
            public static class matmul
            {
                /// <summary>Sets TF32 for both matrix products and convolutions.</summary>
                public static bool allow_tf32
                {
                    set => NativeMethods.mgt_set_allow_tf32(value ? 1 : 0);
                }
            }
        }
    }
}
