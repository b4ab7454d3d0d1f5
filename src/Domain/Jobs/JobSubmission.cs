namespace Magvit.Domain.Jobs;

/// <summary>What came of a submission, and the job that stands for it.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Job">The new job, the earlier one, or the refused one.</param>
public sealed record JobSubmission(SubmissionOutcome Outcome, Job Job);
