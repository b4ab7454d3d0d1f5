using System.Text;

namespace Magvit.Domain.Groups;

/// <summary>A table from a CSV file (RFC 4180): commas or semicolons, quotes where needed, the first row names the columns.</summary>
/// <param name="Columns">The names of the columns, trimmed and in lower case.</param>
/// <param name="Rows">The rows below; empty lines are left out.</param>
public sealed record CsvTable(IReadOnlyList<string> Columns, IReadOnlyList<CsvRow> Rows)
{
    /// <summary>Reads a table.</summary>
    /// <param name="text">The file.</param>
    /// <returns>The table; rows that are shorter than the header are filled up, longer ones keep what they have.</returns>
    /// <exception cref="FormatException">It is no table; the message is for the user.</exception>
    public static CsvTable Parse(string text)
    {
        var lines = Read(text.TrimStart('\uFEFF'));
        if (lines.Count == 0)
        {
            throw new FormatException("The table is empty. Its first row names the columns, such as task,input,seed.");
        }

        string[] columns = [.. lines[0].Values.Select(name => name.Trim().ToLowerInvariant())];
        return new CsvTable(
            columns,
            [
                .. lines.Skip(1).Select(line => line with
                {
                    Values = [.. line.Values.Select(value => value.Trim()), .. Enumerable.Repeat("", Math.Max(0, columns.Length - line.Values.Count))],
                }),
            ]);
    }

    /// <summary>Writes a table. A value that a spreadsheet would take for a formula gets an apostrophe in front.</summary>
    /// <param name="rows">The rows, the header first.</param>
    /// <returns>The file.</returns>
    public static string Write(IEnumerable<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendJoin(',', row.Select(Quote)).Append("\r\n");
        }

        return text.ToString();
    }

    private static string Quote(string value)
    {
        var safe = value.Length > 0 && value[0] is '=' or '+' or '@' or '\t' || (value.StartsWith('-') && !double.TryParse(value, out _)) ? "'" + value : value;
        return safe.AsSpan().IndexOfAny(",;\"\r\n") >= 0 ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private static List<CsvRow> Read(string text)
    {
        var header = text.AsSpan(0, Math.Max(0, text.IndexOf('\n', StringComparison.Ordinal) is var end and >= 0 ? end : text.Length));
        var separator = header.Count(';') > header.Count(',') ? ';' : ',';
        var rows = new List<CsvRow>();
        var values = new List<string>();
        var value = new StringBuilder();
        var (line, first, quoted) = (1, 1, false);
        for (var i = 0; i <= text.Length; i++)
        {
            var letter = i < text.Length ? text[i] : '\n';
            if (quoted && i == text.Length)
            {
                throw new FormatException($"The quotes that open in line {first} do not close.");
            }

            if (quoted)
            {
                if (letter == '"' && i + 1 < text.Length && text[i + 1] == '"')
                {
                    value.Append('"');
                    i++;
                }
                else if (letter == '"')
                {
                    quoted = false;
                }
                else
                {
                    value.Append(letter);
                    line += letter == '\n' ? 1 : 0;
                }
            }
            else if (letter == '"' && value.Length == 0)
            {
                quoted = true;
            }
            else if (letter == separator || letter == '\n')
            {
                values.Add(value.ToString().TrimEnd('\r'));
                value.Clear();
                if (letter == '\n')
                {
                    if (values.Exists(entry => !string.IsNullOrWhiteSpace(entry)))
                    {
                        rows.Add(new CsvRow(first, [.. values]));
                    }

                    values.Clear();
                    first = ++line;
                }
            }
            else
            {
                value.Append(letter);
            }
        }

        return rows;
    }
}
