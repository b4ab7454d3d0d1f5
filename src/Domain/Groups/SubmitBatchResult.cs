namespace Magvit.Domain.Groups;

/// <summary>What came of a batch.</summary>
/// <param name="Group">The group; <see langword="null"/> when nothing was queued.</param>
/// <param name="Preview">The table with what is wrong with it.</param>
/// <param name="QueueFull">How many jobs the user may have waiting, when these would be more; else <see langword="null"/>.</param>
public sealed record SubmitBatchResult(JobGroup? Group, BatchPreview Preview, int? QueueFull = null);
