namespace Magvit.Domain.Jobs;

/// <summary>How many jobs a user with some role may have.</summary>
/// <param name="Queued">The most that may wait.</param>
/// <param name="Running">The most that may run at once.</param>
public sealed record RoleJobLimits(int Queued, int Running);
