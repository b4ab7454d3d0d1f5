using System.Globalization;
using Magvit.Model.Training;

namespace Magvit.Worker.Commands;

/// <summary>One line per report, with rate and time to go.</summary>
internal sealed class ConsoleProgress : IProgress<TrainingProgress>
{
    private readonly DateTime _start = DateTime.UtcNow;
    private int? _firstStep;

    public void Report(TrainingProgress value)
    {
        _firstStep ??= value.Step;
        var perStep = value.Step > _firstStep ? (DateTime.UtcNow - _start) / (value.Step - _firstStep.Value) : TimeSpan.Zero;
        var left = perStep * (value.Steps - value.Step);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:HH:mm:ss} step {value.Step}/{value.Steps}  {value.ClipsPerSecond:f1} clips/s  {left:hh\\:mm\\:ss} left  {Format(value.Values)}"));
    }

    public static string Format(IReadOnlyDictionary<string, double> values) =>
        string.Join("  ", values.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Key} {v.Value:g4}")));
}
