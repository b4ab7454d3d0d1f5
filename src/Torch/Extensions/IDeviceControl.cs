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
}
