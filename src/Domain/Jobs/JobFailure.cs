namespace Magvit.Domain.Jobs;

/// <summary>Why a try at a job failed.</summary>
/// <param name="Reason">The reason, for the user.</param>
/// <param name="IsPermanent">Whether another try would fail in the same way, as with an unreadable input.</param>
public sealed record JobFailure(string Reason, bool IsPermanent = false);
