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

    /// <inheritdoc/>
    public bool CanRecord(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.type == DeviceType.CUDA && NativeMethods.mgt_graph_supported() != 0;
    }

    /// <inheritdoc/>
    public IDeviceRecording Record(Device device, Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!CanRecord(device))
        {
            throw new NotSupportedException($"nothing can be recorded on {device}");
        }

        NativeMethods.Check(NativeMethods.mgt_graph_begin(device.index, out var graph));
        try
        {
            work();
        }
        catch
        {
            // What went wrong is worth more than that the recording could not be ended after it.
            _ = NativeMethods.mgt_graph_end(graph, keep: 0);
            throw;
        }

        NativeMethods.Check(NativeMethods.mgt_graph_end(graph, keep: 1));
        return new Recording(graph);
    }

    private sealed class Recording(nint graph) : IDeviceRecording
    {
        private nint _graph = graph;

        public void Launch()
        {
            ObjectDisposedException.ThrowIf(_graph == 0, this);
            NativeMethods.Check(NativeMethods.mgt_graph_launch(_graph));
        }

        public void Dispose() => NativeMethods.mgt_graph_free(Interlocked.Exchange(ref _graph, 0));
    }
}
