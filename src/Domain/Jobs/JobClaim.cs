namespace Magvit.Domain.Jobs;

/// <summary>What a worker can take.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Kinds">The kinds of jobs that it has handlers for.</param>
/// <param name="Models">The models that it has.</param>
public sealed record JobClaim(int WorkerId, IReadOnlyList<JobKind> Kinds, IReadOnlyList<string> Models);
