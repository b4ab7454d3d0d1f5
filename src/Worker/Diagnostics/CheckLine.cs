namespace Magvit.Worker.Diagnostics;

/// <summary>One line of the self-check.</summary>
/// <param name="Name">What was compared.</param>
/// <param name="Value">The figure.</param>
/// <param name="Limit">The most it may be.</param>
/// <param name="Reason">Why that much.</param>
internal sealed record CheckLine(string Name, double Value, double Limit, string Reason)
{
    /// <summary>Whether the figure is a number within the limit.</summary>
    public bool Passed => Value <= Limit;
}
