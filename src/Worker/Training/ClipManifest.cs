using System.Text;
using System.Text.Json;

namespace Magvit.Worker.Training;

/// <summary>
/// A list of videos with <c>file</c> and, if wanted, <c>class</c> and <c>split</c>: CSV whose first line names the columns, or JSON lines. Other columns
/// are for others to read.
/// </summary>
internal static class ClipManifest
{
    private const int MaxProblems = 10;

    /// <summary>Reads all rows.</summary>
    /// <exception cref="InvalidDataException">The file is no manifest; the message lists what is wrong by line.</exception>
    public static IReadOnlyList<ClipManifestRow> Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var problems = new List<string>();
        var first = Array.FindIndex(lines, l => l.Trim().Length > 0);
        var rows = first < 0 ? []
            : lines[first].TrimStart().StartsWith('{') ? ReadJson(lines, problems) : ReadCsv(lines, first, problems);
        if (rows.Count == 0 && problems.Count == 0)
        {
            problems.Add("it names no files");
        }

        foreach (var twice in rows.GroupBy(r => (r.File, r.ClassName)).Where(g => g.Count() > 1))
        {
            problems.Add($"{twice.Key.File} is listed {twice.Count()} times");
        }

        var unsplit = rows.Count(r => r.Split is null);
        if (unsplit > 0 && unsplit < rows.Count)
        {
            problems.Add($"{unsplit} of {rows.Count} files have no split; give one to all or to none");
        }

        return problems.Count == 0
            ? rows
            : throw new InvalidDataException($"{path}: {string.Join("; ", problems.Take(MaxProblems))}{(problems.Count > MaxProblems ? $"; and {problems.Count - MaxProblems} more" : "")}");
    }

    private static List<ClipManifestRow> ReadCsv(string[] lines, int first, List<string> problems)
    {
        var columns = Fields(lines[first]).ConvertAll(c => c.Trim().ToLowerInvariant());
        var (file, className, split) = (columns.IndexOf("file"), columns.IndexOf("class"), columns.IndexOf("split"));
        if (file < 0)
        {
            problems.Add($"the first line names the columns {string.Join(", ", columns)}; one must be file (class and split may follow)");
            return [];
        }

        var rows = new List<ClipManifestRow>();
        for (var i = first + 1; i < lines.Length; i++)
        {
            if (lines[i].Trim().Length == 0)
            {
                continue;
            }

            var fields = Fields(lines[i]);
            if (fields.Count != columns.Count)
            {
                problems.Add($"line {i + 1} has {fields.Count} fields, the first line {columns.Count}");
                continue;
            }

            Add(rows, problems, i, fields[file], className < 0 ? null : fields[className], split < 0 ? null : fields[split]);
        }

        return rows;
    }

    private static List<ClipManifestRow> ReadJson(string[] lines, List<string> problems)
    {
        var rows = new List<ClipManifestRow>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim().Length == 0)
            {
                continue;
            }

            try
            {
                using var json = JsonDocument.Parse(lines[i]);
                Add(rows, problems, i, Text(json.RootElement, "file") ?? "", Text(json.RootElement, "class"), Text(json.RootElement, "split"));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                problems.Add($"line {i + 1} is no JSON object ({e.Message})");
            }
        }

        return rows;
    }

    private static void Add(List<ClipManifestRow> rows, List<string> problems, int line, string file, string? className, string? split)
    {
        if (file.Trim().Length == 0)
        {
            problems.Add($"line {line + 1} names no file");
        }
        else if (className?.Contains('/') == true)
        {
            problems.Add($"line {line + 1}: the class {className} has a slash");
        }
        else if (!TryParseSplit(split, out var part))
        {
            problems.Add($"line {line + 1}: no split {split}; there are train and held-out (also called test or validation)");
        }
        else
        {
            rows.Add(new ClipManifestRow(file.Trim(), string.IsNullOrWhiteSpace(className) ? null : className.Trim(), part));
        }
    }

    private static bool TryParseSplit(string? split, out string? part)
    {
        part = split?.Trim().ToLowerInvariant() switch
        {
            null or "" => null,
            "train" or "training" => "train",
            "held-out" or "heldout" or "test" or "val" or "validation" or "eval" => "held-out",
            _ => "",
        };
        return part != "";
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;

    // RFC 4180 without line breaks in fields.
    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append(line[++i]);
            }
            else if (line[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (line[i] == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
