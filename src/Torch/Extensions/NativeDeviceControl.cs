using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Extensions;

/// <summary>Asks libtorch's allocator and the CUDA runtime; a build of the shim without CUDA's headers answers as <see cref="NoDeviceControl"/> does.</summary>
public sealed class NativeDeviceControl : IDeviceControl
{
    /// <inheritdoc/>
    public unsafe DeviceMemory? Memory(Device device, bool resetPeak = false)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.type != DeviceType.CUDA)
        {
            return null;
        }

        var bytes = stackalloc long[3];
        NativeMethods.Check(NativeMethods.mgt_cuda_memory(device.index, resetPeak ? 1 : 0, bytes));
        return bytes[0] < 0 ? null : new DeviceMemory(bytes[0], bytes[1], bytes[2]);
    }

    /// <inheritdoc/>
    public void EmptyCache() => NativeMethods.Check(NativeMethods.mgt_cuda_empty_cache());

    /// <inheritdoc/>
    public int Capability(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.type == DeviceType.CUDA ? NativeMethods.mgt_cuda_capability(device.index) : 0;
    }
}
