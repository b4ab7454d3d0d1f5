using Magvit.Domain.Generation;

namespace Magvit.Domain.Groups;

/// <summary>What came of several requests at once: all of them were queued, or none.</summary>
/// <param name="Group">The group; <see langword="null"/> when nothing was queued.</param>
/// <param name="Problems">What is wrong.</param>
/// <param name="QueueFull">How many jobs the user may have waiting, when these would be more; else <see langword="null"/>.</param>
public sealed record SubmitGroupResult(JobGroup? Group, IReadOnlyList<GenerationProblem> Problems, int? QueueFull = null);
