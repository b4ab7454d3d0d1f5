namespace Magvit.LoadBench;

/// <summary>What one thing gave: a typical value, and how bad it gets.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Typical">The median of the times, or the rate, or the size.</param>
/// <param name="Tail">The time that <see cref="LoadRow.TailName"/> names; <see langword="null"/> for rates and sizes.</param>
internal sealed record LoadFigure(string Name, double Typical, double? Tail = null);
