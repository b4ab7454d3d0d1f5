using System.CommandLine;
using Magvit.Worker.Generation;
using TorchSharp.Extensions;
using static TorchSharp.torch;

namespace Magvit.Worker.Commands;

/// <summary><c>doctor</c>: which libtorch and device would be used.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Say which libtorch and device are used");
        command.SetAction(_ =>
        {
            Console.WriteLine($"libtorch {__version__}, {get_num_threads()} threads, CUDA {(cuda.is_available() ? $"with {cuda.device_count()} devices" : "not available")}");
            Console.WriteLine($"computes on {ComputeDevice.Description} in {ComputeDevice.Precision}; products on the CPU by {FusedOperators.Instructions}");
        });
        return command;
    }
}
