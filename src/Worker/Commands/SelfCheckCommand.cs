using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Magvit.Worker.Diagnostics;
using Magvit.Worker.Generation;
using TorchSharp.Extensions;
using static TorchSharp.torch;

namespace Magvit.Worker.Commands;

/// <summary><c>selfcheck</c>: the device's numbers against the CPU's, on tiny networks, in seconds.</summary>
internal static class SelfCheckCommand
{
    public static Command Create()
    {
        var command = new Command("selfcheck", "Compare the device with the CPU on tiny networks; ends with 1 when a figure is beyond its limit");
        command.SetAction(arguments => Run(ComputeDevice.Device, arguments.InvocationConfiguration.Output));
        return command;
    }

    /// <summary>Prints every figure with its limit.</summary>
    /// <returns>0 when all are within.</returns>
    public static int Run(Device device, TextWriter output)
    {
        var clock = Stopwatch.StartNew();
        var tensorsBefore = Tensor.TotalCount;
        output.WriteLine($"libtorch {__version__}; {ComputeDevice.Description} against the CPU");
        IReadOnlyList<CheckLine> lines;
        using (var check = new DeviceCheck(device))
        {
            lines = check.Run();
        }

        foreach (var line in lines)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(line.Passed ? "ok  " : "FAIL")} {line.Name,-62} {line.Value,10:g3}  at most {line.Limit:g3} ({line.Reason})"));
        }

        if (Devices.Control.Memory(device) is { } memory)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"device memory: {memory.Allocated >> 20} MiB in use, {memory.Peak >> 20} MiB at most, {memory.Reserved >> 20} MiB kept"));
        }

        var left = Tensor.TotalCount - tensorsBefore;
        var failed = lines.Count(l => !l.Passed);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{lines.Count - failed} passed, {failed} failed in {clock.Elapsed.TotalSeconds:f1} s; tensors left over: {left}"));
        return failed == 0 ? 0 : 1;
    }
}
