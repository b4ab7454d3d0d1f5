namespace Magvit.Infrastructure.Identity;

/// <summary>What came of making an account.</summary>
/// <param name="User">The account, or <see langword="null"/> when there is none.</param>
/// <param name="Password">The password when one was made up; to be shown once.</param>
/// <param name="Errors">Why there is no account, a sentence each.</param>
public sealed record AccountResult(PlatformUser? User, string? Password, IReadOnlyList<string> Errors);
