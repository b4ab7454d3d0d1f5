using System.Globalization;
using Magvit.Infrastructure.Media;
using Magvit.Model.Training;

namespace Magvit.Worker.Training;

/// <summary>
/// Tells of a run while it trains: a live line, curves as a picture after every measurement, and samples now and then. Nothing of it can end the run:
/// what cannot be written is said and left out.
/// </summary>
internal sealed class TrainingReporter : IProgress<TrainingProgress>
{
    private readonly TextWriter _output;
    private readonly bool _isLive;
    private readonly string _folder;
    private readonly MetricsLog _metrics;
    private readonly ITrainingSamples _samples;
    private readonly int _sampleEvery;
    private readonly TimeProvider _time;
    private readonly List<Task> _writing = [];
    private (int Step, long Time)? _first;
    private int _lastSample = -1;

    /// <summary>A reporter of one run.</summary>
    /// <param name="output">Takes the lines; on a terminal one line is written over and over.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="metrics">The run's metrics.</param>
    /// <param name="samples">Draws samples.</param>
    /// <param name="sampleEvery">At least so many steps between samples; 0 draws none.</param>
    /// <param name="time">The clock.</param>
    public TrainingReporter(TextWriter output, string folder, MetricsLog metrics, ITrainingSamples samples, int sampleEvery, TimeProvider time)
    {
        (_output, _folder, _metrics, _samples, _sampleEvery, _time) = (output, folder, metrics, samples, sampleEvery, time);
        _isLive = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        _first ??= (value.Step, _time.GetTimestamp());
        var line = Line(value);
        if (_isLive)
        {
            // Back to the start of the line, and away with what was longer there.
            _output.Write($"\r\e[K{line}{(value.IsMeasurement ? "\n" : "")}");
        }
        else
        {
            _output.WriteLine(line);
        }

        if (value.IsMeasurement)
        {
            Attempt("the curves", () => CurveChart.Draw(_metrics.Read())?.WritePng(Path.Combine(_folder, "curves.png")));
            if (_sampleEvery > 0 && value.Step - Math.Max(0, _lastSample) >= _sampleEvery)
            {
                DrawSamples(value.Step);
            }
        }
    }

    /// <summary>Draws what the finished network does, unless that was the last thing drawn, and waits until all is written.</summary>
    public async Task CompleteAsync(int step)
    {
        Attempt("the curves", () => CurveChart.Draw(_metrics.Read())?.WritePng(Path.Combine(_folder, "curves.png")));
        if (_sampleEvery > 0 && _lastSample != step)
        {
            DrawSamples(step);
        }

        foreach (var clip in _writing)
        {
            try
            {
                await clip;
            }
            catch (Exception e) when (e is MediaException or IOException)
            {
                await _output.WriteLineAsync($"a sample clip was not written: {e.Message}");
            }
        }
    }

    /// <summary>Figures in one line.</summary>
    public static string Format(IReadOnlyDictionary<string, double> values) =>
        string.Join("  ", values.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Key} {v.Value:g4}")));

    private void DrawSamples(int step)
    {
        _lastSample = step;
        Attempt($"the samples of step {step}", () =>
        {
            var folder = Path.Combine(_folder, "samples", string.Create(CultureInfo.InvariantCulture, $"step-{step:d6}"));
            Directory.CreateDirectory(folder);
            foreach (var (name, sheet, motion) in _samples.Draw(step))
            {
                sheet.WritePng(Path.Combine(folder, $"{name}.png"));
                if (motion is not null)
                {
                    _writing.Add(VideoWriter.WriteMp4Async(motion, Path.Combine(folder, $"{name}.mp4"), null, CancellationToken.None));
                }
            }
        });
    }

    private void Attempt(string what, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _output.WriteLine($"{what} could not be written: {e.Message}");
        }
    }

    private string Line(TrainingProgress value)
    {
        var (firstStep, start) = _first!.Value;
        var perStep = value.Step > firstStep ? _time.GetElapsedTime(start) / (value.Step - firstStep) : TimeSpan.Zero;
        var left = perStep * (value.Steps - value.Step);
        var rate = value.IsMeasurement ? "measured" : string.Create(CultureInfo.InvariantCulture, $"{value.ClipsPerSecond:f1} clips/s");
        return string.Create(CultureInfo.InvariantCulture,
            $"{_time.GetUtcNow():HH:mm:ss} step {value.Step}/{value.Steps}  {rate}  {(int)left.TotalHours:00}:{left.Minutes:00}:{left.Seconds:00} left  {Format(value.Values)}");
    }
}
