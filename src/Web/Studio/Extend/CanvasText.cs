using System.Globalization;
using System.Text.RegularExpressions;
using Magvit.Domain.Generation;

namespace Magvit.Web.Studio.Extend;

/// <summary>A canvas in an address: <c>128x96</c>, with the clip's place <c>128x96+32+0</c>, with its size <c>128x96+32+0@64x64</c>.</summary>
internal static partial class CanvasText
{
    public static string Of(GenerationCanvas canvas)
    {
        var place = canvas is { Left: { } left, Top: { } top } ? $"+{left}+{top}" : "";
        var size = canvas is { ClipWidth: { } width, ClipHeight: { } height } ? $"@{width}x{height}" : "";
        return $"{canvas.Width}x{canvas.Height}{place}{size}";
    }

    /// <summary>Reads what <see cref="Of"/> wrote; <see langword="null"/> when it is something else.</summary>
    public static GenerationCanvas? Parse(string? text)
    {
        var match = Form().Match(text ?? "");
        return match.Success
            ? new GenerationCanvas(Number("w") ?? 0, Number("h") ?? 0, Number("x"), Number("y"), Number("cw"), Number("ch"))
            : null;

        int? Number(string name) => match.Groups[name] is { Success: true } group ? int.Parse(group.Value, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"\A(?<w>\d{1,4})x(?<h>\d{1,4})(\+(?<x>\d{1,4})\+(?<y>\d{1,4}))?(@(?<cw>\d{1,4})x(?<ch>\d{1,4}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
