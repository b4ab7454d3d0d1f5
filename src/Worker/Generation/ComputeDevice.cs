using TorchSharp.Extensions;
using static TorchSharp.torch;

namespace Magvit.Worker.Generation;

/// <summary>The device that this process computes on: the first CUDA device where there is one, unless the start of the program said otherwise.</summary>
internal static class ComputeDevice
{
    /// <summary>Names the device where no <c>--device</c> does.</summary>
    public const string Variable = "MAGVIT_DEVICE";

    // The CPU, with products of bytes in the layers of transformers that are only used.
    private const string CpuOfBytes = "cpu-int8";

    private static string? _wanted;
    private static Device? _device;

    // Ampere: the first generation that multiplies bfloat16 natively.
    private const int BFloat16Capability = 80;

    /// <summary>Where networks go; libtorch is first asked here.</summary>
    /// <exception cref="ArgumentException">There is no such device; the message says which there are.</exception>
    public static Device Device => _device ??=
        Choose(Wanted, cuda.is_available() ? cuda.device_count() : 0);

    /// <summary>Whether transformers that are only used multiply bytes.</summary>
    public static bool UsesBytes => Wanted == CpuOfBytes && Device.type == DeviceType.CPU;

    /// <summary>What recipes and the list of workers say.</summary>
    public static string Description => UsesBytes ? CpuOfBytes : Device.type == DeviceType.CUDA && CudaModel() is { } model ? $"{Device} ({model})" : Device.ToString();

    /// <summary>The type of matrix products and convolutions: bfloat16 where the processor multiplies it natively, else float32.</summary>
    public static ScalarType Precision => IsBFloat16Native(Device) ? bfloat16 : float32;

    /// <summary>Says which device is wanted, before anything computes.</summary>
    /// <param name="wanted">auto, cpu, cpu-int8, cuda or cuda:N; null asks <see cref="Variable"/>, and then takes auto.</param>
    public static void Use(string? wanted) => (_wanted, _device) = (wanted, null);

    /// <summary>The device of a name on a machine with so many CUDA devices.</summary>
    /// <exception cref="ArgumentException">There is no such device; the message says which there are.</exception>
    public static Device Choose(string? wanted, int cudaDevices)
    {
        switch (wanted)
        {
            case null or "" or "auto":
                return cudaDevices > 0 ? new Device(DeviceType.CUDA, 0) : CPU;
            case "cpu":
                return CPU;
            case CpuOfBytes when FusedOperators.packs(int8, CPU):
                return CPU;
            case CpuOfBytes:
                throw new ArgumentException("device: this processor multiplies no bytes (AVX-512 VNNI); take cpu");
            case "cuda" when cudaDevices > 0:
                return new Device(DeviceType.CUDA, 0);
        }

        if (wanted.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(wanted["cuda:".Length..], out var index) && index >= 0 && index < cudaDevices)
        {
            return new Device(DeviceType.CUDA, index);
        }

        var there = string.Join(", ", Enumerable.Range(0, cudaDevices).Select(i => $"cuda:{i}").Prepend("cpu").Prepend("auto"));
        throw new ArgumentException($"device: there is no '{wanted}' here; there are {there}"
            + (cudaDevices == 0 && wanted.StartsWith("cuda", StringComparison.Ordinal) ? ". The libtorch in use has no CUDA, or no driver answers (./magvit doctor)" : ""));
    }

    private static string? Wanted => _wanted ?? Environment.GetEnvironmentVariable(Variable);

    private static bool IsBFloat16Native(Device device) => device.type == DeviceType.CUDA
        ? Devices.Control.Capability(device) is 0 or >= BFloat16Capability          // not known: every chip since 2020 does
        : HasNativeBFloat16();

    private static bool HasNativeBFloat16()
    {
        try
        {
            return File.ReadLines("/proc/cpuinfo").Any(l => l.StartsWith("flags", StringComparison.Ordinal)
                && (l.Contains("amx_bf16", StringComparison.Ordinal) || l.Contains("avx512_bf16", StringComparison.Ordinal)));
        }
        catch (IOException)
        {
            return false;
        }
    }

    // The driver's list is in the order of the bus, CUDA's in that of speed: only where there is one kind does the name hold for sure.
    private static string? CudaModel()
    {
        try
        {
            var models = Directory.EnumerateFiles("/proc/driver/nvidia/gpus", "information", SearchOption.AllDirectories)
                .Select(f => File.ReadLines(f).FirstOrDefault(l => l.StartsWith("Model:", StringComparison.Ordinal))?["Model:".Length..].Trim()).Distinct().ToList();
            return models is [{ } only] ? only : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
