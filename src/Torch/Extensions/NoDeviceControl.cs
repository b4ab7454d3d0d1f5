using static TorchSharp.torch;

namespace TorchSharp.Extensions;

/// <summary>Knows nothing and frees nothing: the fallback.</summary>
public sealed class NoDeviceControl : IDeviceControl
{
    /// <inheritdoc/>
    public DeviceMemory? Memory(Device device, bool resetPeak = false) => null;

    /// <inheritdoc/>
    public void EmptyCache()
    {
    }

    /// <inheritdoc/>
    public int Capability(Device device) => 0;

    /// <inheritdoc/>
    public bool CanRecord(Device device) => false;

    /// <inheritdoc/>
    public IDeviceRecording Record(Device device, Action work) => throw new NotSupportedException($"nothing can be recorded on {device}");
}
