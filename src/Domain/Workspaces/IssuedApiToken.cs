namespace Magvit.Domain.Workspaces;

/// <summary>A new token together with its key, which nobody can read again.</summary>
/// <param name="Token">What is kept.</param>
/// <param name="Key">What the program sends as bearer token.</param>
public sealed record IssuedApiToken(ApiToken Token, string Key);
