using static TorchSharp.torch;

namespace TorchSharp.Extensions;

/// <summary>What can be asked of a CUDA device beyond computing on it. The official TorchSharp has none of this.</summary>
public interface IDeviceControl
{
    /// <summary>Memory that tensors take; null where it is not known, as on the CPU.</summary>
    DeviceMemory? Memory(Device device, bool resetPeak = false);

    /// <summary>Gives memory that is kept for later back to the driver.</summary>
    void EmptyCache();

    /// <summary>Ten times the compute capability, 90 for Hopper; 0 where it is not known.</summary>
    int Capability(Device device);

    /// <summary>Whether <see cref="Record"/> works there.</summary>
    bool CanRecord(Device device);

    /// <summary>
    /// Records what <paramref name="work"/> asks of a device, to be launched again as one: a CUDA graph. It is asked for hundreds of small operators by one call then.
    /// </summary>
    /// <param name="device">A device that <see cref="CanRecord"/>.</param>
    /// <param name="work">
    /// Reads and writes tensors that stay where they are, has run once before, waits for nothing and copies nothing from or to the host. Recording does not run it.
    /// </param>
    /// <exception cref="NotSupportedException">The device records nothing.</exception>
    IDeviceRecording Record(Device device, Action work);
}
