using System.Globalization;
using Magvit.Model.Evaluation;

namespace Magvit.Worker.Evaluation;

/// <summary>One line that says what is being evaluated, how far it is and how long it will take.</summary>
internal sealed class EvaluationConsole : IProgress<EvaluationProgress>
{
    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private readonly bool _isLive;
    private string? _stage;
    private long _start;
    private long _last;
    private int _quarters;

    /// <summary>Writes to the given output; on a terminal one line is written over and over, elsewhere a stage has a line for each quarter.</summary>
    public EvaluationConsole(TextWriter output, TimeProvider time) =>
        (_output, _time, _isLive) = (output, time, ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected);

    /// <inheritdoc/>
    public void Report(EvaluationProgress value)
    {
        if (_stage != value.Stage)
        {
            (_stage, _start, _quarters) = (value.Stage, _last == 0 ? _time.GetTimestamp() : _last, 0);
        }

        _last = _time.GetTimestamp();
        var taken = _time.GetElapsedTime(_start);
        var left = taken / Math.Max(1, value.Done) * (value.Total - value.Done);
        var isDone = value.Done >= value.Total;
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{_time.GetUtcNow():HH:mm:ss} {value.Stage} {value.Done}/{value.Total}  {(isDone ? $"{taken.TotalSeconds:f1} s" : $"{(int)left.TotalMinutes}:{left.Seconds:00} left")}");
        if (_isLive)
        {
            _output.Write($"\r\e[K{line}{(isDone ? "\n" : "")}");
        }
        else if (4 * value.Done / value.Total > _quarters)
        {
            _quarters = 4 * value.Done / value.Total;
            _output.WriteLine(line);
        }
    }
}
