using Magvit.Domain.Jobs;

namespace Magvit.Domain.Generation;

/// <summary>What came of a request; exactly one of the three is the case.</summary>
/// <param name="Job">The queued job, or the one that an earlier request with the same idempotency key made.</param>
/// <param name="Problems">What is wrong with the request; empty when nothing is.</param>
/// <param name="QueueFull">How many jobs the user may have waiting, when that many are; else <see langword="null"/>.</param>
public sealed record SubmitGenerationResult(Job? Job, IReadOnlyList<GenerationProblem> Problems, int? QueueFull);
