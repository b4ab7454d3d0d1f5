using static TorchSharp.torch;

namespace Magvit.Worker.Generation;

/// <summary>The device that this worker computes on.</summary>
internal static class ComputeDevice
{
    /// <summary>What recipes and the list of workers say.</summary>
    public static string Description => "cpu";

    /// <summary>The type of matrix products and convolutions: bfloat16 where the processor multiplies it natively, else float32.</summary>
    public static ScalarType Precision { get; } = HasNativeBFloat16() ? bfloat16 : float32;

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
}
