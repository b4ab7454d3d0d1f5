namespace Magvit.LoadBench;

/// <summary>What a figure should be.</summary>
/// <param name="Limit">The value that it must not pass.</param>
/// <param name="IsMinimum">Whether more is better; otherwise less is.</param>
internal sealed record LoadGoal(double Limit, bool IsMinimum = false)
{
    /// <summary>Whether the figure's tail, or its typical value when it has none, keeps to the limit.</summary>
    public bool IsMetBy(LoadFigure figure)
    {
        var value = figure.Tail ?? figure.Typical;
        return IsMinimum ? value >= Limit : value <= Limit;
    }
}
