namespace TorchSharp.Extensions;

/// <summary>The device control of this build: the native one, or none with <c>-p:TorchProvider=TorchSharp</c>.</summary>
public static class Devices
{
    /// <summary>Who answers.</summary>
    public static IDeviceControl Control { get; } =
#if TORCHSHARP
        new NoDeviceControl();
#else
        new NativeDeviceControl();
#endif
}
