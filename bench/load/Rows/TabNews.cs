namespace Magvit.LoadBench.Rows;

/// <summary>What a tab hears of a job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Step">Steps done.</param>
/// <param name="PreviewUrl">Where its newest preview is.</param>
internal sealed record TabNews(Guid JobId, string State, int Step, string? PreviewUrl);
