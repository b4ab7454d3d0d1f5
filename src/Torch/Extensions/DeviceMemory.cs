namespace TorchSharp.Extensions;

/// <summary>Bytes of a device's memory that tensors take.</summary>
/// <param name="Allocated">In use.</param>
/// <param name="Peak">Most in use since the figures were last reset.</param>
/// <param name="Reserved">In use or kept for later.</param>
public sealed record DeviceMemory(long Allocated, long Peak, long Reserved);
