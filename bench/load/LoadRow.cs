namespace Magvit.LoadBench;

/// <summary>One line of the table.</summary>
/// <param name="Area">One of <see cref="LoadBenchmark.Areas"/>.</param>
/// <param name="Unit">The unit of all figures of the row, such as <c>ms</c>.</param>
/// <param name="TailName">What the tails are, such as <c>p95</c>; <see langword="null"/> for rates and sizes.</param>
/// <param name="Figure">What the platform gave.</param>
/// <param name="Baselines">What it is to be compared with, measured in turns with it; the first is the one that <see cref="Ratio"/> names.</param>
/// <param name="Goal">What the figure should be; <see langword="null"/>: it is only told.</param>
internal sealed record LoadRow(
    string Area, string Unit, string? TailName, LoadFigure Figure, IReadOnlyList<LoadFigure> Baselines, LoadGoal? Goal = null)
{
    /// <summary>How many times the baseline the figure is, tail by tail where there are tails.</summary>
    public double Ratio => (Figure.Tail ?? Figure.Typical) / (Baselines[0].Tail ?? Baselines[0].Typical);

    /// <summary>Whether the goal is met; <see langword="null"/> without one.</summary>
    public bool? IsMet => Goal?.IsMetBy(Figure);
}
