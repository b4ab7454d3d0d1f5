using System.Globalization;
using Magvit.Worker.Drawing;

namespace Magvit.Worker.Training;

/// <summary>Draws the metrics of a run: a panel per figure, training in grey and blue (smoothed), held-out in orange, with axes.</summary>
internal static class CurveChart
{
    private const int PanelWidth = 520;
    private const int PanelHeight = 300;
    private const int Columns = 2;
    private const string HeldOut = "heldOut";
    private static readonly Rgb Background = Rgb.Of(0xffffff);
    private static readonly Rgb Grid = Rgb.Of(0xe6e8ec);
    private static readonly Rgb Axis = Rgb.Of(0x6b7280);
    private static readonly Rgb Ink = Rgb.Of(0x111827);
    private static readonly Rgb Train = Rgb.Of(0x2563eb);
    private static readonly Rgb Raw = Rgb.Of(0x94a3b8);
    private static readonly Rgb HeldOutColour = Rgb.Of(0xea580c);

    /// <summary>Draws all figures of a log; null when there is nothing to draw.</summary>
    public static Canvas? Draw(IReadOnlyList<IReadOnlyDictionary<string, double>> metrics)
    {
        var names = metrics.SelectMany(m => m.Keys).Distinct().Where(n => n != "step").ToList();
        var panels = names.Select(Title).Distinct().OrderBy(t => t == "loss" ? 0 : t == "lr" ? 2 : 1).ToList();
        if (panels.Count == 0)
        {
            return null;
        }

        var canvas = new Canvas(PanelWidth * Columns, PanelHeight * ((panels.Count + Columns - 1) / Columns), Background);
        for (var i = 0; i < panels.Count; i++)
        {
            var series = names.Where(n => Title(n) == panels[i])
                .Select(n => (IsHeldOut: n.StartsWith(HeldOut, StringComparison.Ordinal), Points: Points(metrics, n)))
                .Where(s => s.Points.Count > 0).ToList();
            if (series.Count > 0)
            {
                DrawPanel(canvas, i % Columns * PanelWidth, i / Columns * PanelHeight, panels[i], series);
            }
        }

        return canvas;
    }

    /// <summary>Ticks at 1, 2 or 5 times a power of ten, about <paramref name="count"/> of them between two values.</summary>
    internal static IReadOnlyList<double> Ticks(double low, double high, int count)
    {
        var rough = Math.Max(high - low, 1e-12) / count;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { <= 1.5 => 1, <= 3.5 => 2, <= 7.5 => 5, _ => 10 });
        var ticks = new List<double>();
        for (var i = Math.Ceiling((low / step) - 1e-9); i * step <= high + (1e-9 * step); i++)
        {
            ticks.Add(i * step);
        }

        return ticks;
    }

    // loss and heldOutLoss share a panel.
    private static string Title(string name) => name.StartsWith(HeldOut, StringComparison.Ordinal) && name.Length > HeldOut.Length
        ? char.ToLowerInvariant(name[HeldOut.Length]) + name[(HeldOut.Length + 1)..]
        : name;

    private static List<(double Step, double Value)> Points(IReadOnlyList<IReadOnlyDictionary<string, double>> metrics, string name) =>
        [.. metrics.Where(m => m.TryGetValue(name, out var v) && double.IsFinite(v)).Select(m => (m["step"], m[name]))];

    private static void DrawPanel(
        Canvas canvas, int left, int top, string title, List<(bool IsHeldOut, List<(double Step, double Value)> Points)> series)
    {
        var (x0, y0, x1, y1) = (left + 74, top + 34, left + PanelWidth - 22, top + PanelHeight - 40);
        var all = series.SelectMany(s => s.Points).ToList();
        var (firstStep, lastStep) = (Math.Min(0, all.Min(p => p.Step)), Math.Max(1, all.Max(p => p.Step)));
        var (low, high) = Range(all.ConvertAll(p => p.Value));
        double X(double step) => x0 + ((step - firstStep) / (lastStep - firstStep) * (x1 - x0));
        double Y(double value) => y1 - ((Math.Clamp(value, low, high) - low) / (high - low) * (y1 - y0));

        foreach (var tick in Ticks(low, high, 5))
        {
            canvas.Line(x0, Y(tick), x1, Y(tick), Grid);
            var label = Label(tick);
            canvas.Text(label, x0 - 8 - Canvas.TextWidth(label), (int)Y(tick) - 3, Axis);
        }

        foreach (var tick in Ticks(firstStep, lastStep, 6))
        {
            canvas.Line(X(tick), y1, X(tick), y1 + 4, Axis);
            var label = Label(tick);
            canvas.Text(label, (int)X(tick) - (Canvas.TextWidth(label) / 2), y1 + 9, Axis);
        }

        canvas.Line(x0, y0, x0, y1, Axis);
        canvas.Line(x0, y1, x1, y1, Axis);
        canvas.Text("step", x1 - Canvas.TextWidth("step"), y1 + 22, Axis);
        canvas.Text(title, x0, top + 10, Ink, 2);
        var legend = x1;
        foreach (var (isHeldOut, points) in series.OrderByDescending(s => s.IsHeldOut))
        {
            var colour = isHeldOut ? HeldOutColour : Train;
            if (!isHeldOut)
            {
                Polyline(canvas, points.ConvertAll(p => (X(p.Step), Y(p.Value))), Raw, 1, 0.6);
            }

            Polyline(canvas, (isHeldOut ? points : Smooth(points)).ConvertAll(p => (X(p.Step), Y(p.Value))), colour, 2, 1);
            var text = $"{(isHeldOut ? "held out" : "train")} {points[^1].Value.ToString("g4", CultureInfo.InvariantCulture)}";
            legend -= Canvas.TextWidth(text);
            canvas.Text(text, legend, top + 14, colour);
            legend -= 16;
        }
    }

    private static void Polyline(Canvas canvas, List<(double X, double Y)> points, Rgb colour, double width, double opacity)
    {
        if (points.Count == 1)
        {
            canvas.Line(points[0].X - 1, points[0].Y, points[0].X + 1, points[0].Y, colour, width + 2, opacity);
        }

        for (var i = 1; i < points.Count; i++)
        {
            canvas.Line(points[i - 1].X, points[i - 1].Y, points[i].X, points[i].Y, colour, width, opacity);
        }
    }

    // A running average over about a fiftieth of the run.
    private static List<(double Step, double Value)> Smooth(List<(double Step, double Value)> points)
    {
        var keep = 1 - (1 / Math.Max(1, points.Count / 50.0));
        var average = points[0].Value;
        return points.ConvertAll(p => (p.Step, average = (keep * average) + ((1 - keep) * p.Value)));
    }

    // The first reports of a run are far from the rest: all but the outermost hundredth of the values decide the range.
    private static (double Low, double High) Range(List<double> values)
    {
        var sorted = values.Order().ToList();
        var cut = sorted.Count / 100;
        var (low, high) = (sorted[cut], sorted[^(cut + 1)]);
        var margin = Math.Max((high - low) * 0.06, Math.Max(1e-9, Math.Abs(high) * 1e-3));
        return (low >= 0 ? Math.Max(0, low - margin) : low - margin, high + margin);
    }

    private static string Label(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.##}M"),
        >= 1e4 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0.##}k"),
        < 1e-3 => string.Create(CultureInfo.InvariantCulture, $"{value:0.##e-0}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.####}"),
    };
}
