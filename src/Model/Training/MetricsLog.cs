using System.Text.Json;

namespace Magvit.Model.Training;

/// <summary>The metrics of a run as JSON lines, <c>{"loss":1.5,"step":20}</c>, a line a report.</summary>
public sealed class MetricsLog
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly string _path;

    /// <summary>The log in a file, which need not be there.</summary>
    public MetricsLog(string path) => _path = path;

    /// <summary>Appends the values of a step.</summary>
    public void Append(int step, IReadOnlyDictionary<string, double> values) =>
        File.AppendAllText(_path, Line(new Dictionary<string, double>(values) { ["step"] = step }));

    /// <summary>All lines in order; a last line that a crash or a full disk cut off is left out.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, double>> Read()
    {
        var lines = new List<IReadOnlyDictionary<string, double>>();
        foreach (var line in File.Exists(_path) ? File.ReadLines(_path) : [])
        {
            try
            {
                if (JsonSerializer.Deserialize<Dictionary<string, double>>(line, Json) is { } values && values.ContainsKey("step"))
                {
                    lines.Add(values);
                }
            }
            catch (JsonException)
            {
                // Cut off: the step is done again from the checkpoint, or was the last.
            }
        }

        return lines;
    }

    /// <summary>Drops what was logged after a step: a resumed run does those steps again, and the curve must not run back.</summary>
    public void Truncate(int step)
    {
        var kept = Read().Where(l => l["step"] <= step).ToList();
        if (File.Exists(_path))
        {
            var temporary = $"{_path}.{Environment.ProcessId}.tmp";
            File.WriteAllText(temporary, string.Concat(kept.Select(l => Line(l))));
            File.Move(temporary, _path, overwrite: true);
        }
    }

    private static string Line(IReadOnlyDictionary<string, double> values) => JsonSerializer.Serialize(values, Json) + "\n";
}
