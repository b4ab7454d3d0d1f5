namespace Magvit.Domain.Workers;

/// <summary>What a worker says about itself when it joins.</summary>
/// <param name="Host">The machine's name.</param>
/// <param name="Device">The device, such as <c>cpu</c> or <c>cuda:0 NVIDIA H100</c>.</param>
/// <param name="ProcessId">The process on that machine.</param>
public sealed record WorkerDescription(string Host, string Device, int ProcessId);
