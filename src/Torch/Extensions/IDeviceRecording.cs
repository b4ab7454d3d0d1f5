namespace TorchSharp.Extensions;

/// <summary>Recorded work of a device (<see cref="IDeviceControl.Record"/>).</summary>
public interface IDeviceRecording : IDisposable
{
    /// <summary>Does it again, after all that was asked of the device before; returns at once.</summary>
    void Launch();
}
