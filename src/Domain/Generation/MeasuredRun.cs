namespace Magvit.Domain.Generation;

/// <summary>How long a finished generation took.</summary>
/// <param name="Steps">Its decoding steps.</param>
/// <param name="Samples">Its clips.</param>
/// <param name="Duration">From the moment a worker took it until its clips were stored.</param>
public sealed record MeasuredRun(int Steps, int Samples, TimeSpan Duration);
