namespace Magvit.Domain.Generation;

/// <summary>How long a finished generation took.</summary>
/// <param name="Passes">Its decoding steps, twice as many with guidance.</param>
/// <param name="Samples">Its clips.</param>
/// <param name="Duration">From the moment a worker took it until its clips were stored.</param>
public sealed record MeasuredRun(int Passes, int Samples, TimeSpan Duration);
