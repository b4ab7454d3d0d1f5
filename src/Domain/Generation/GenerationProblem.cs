namespace Magvit.Domain.Generation;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">The field in camel case, as the API names it.</param>
/// <param name="Message">What is wrong and what to do, for the user.</param>
/// <param name="Allowed">The allowed values, where they can be listed; else empty.</param>
public sealed record GenerationProblem(string Field, string Message, IReadOnlyList<string> Allowed);
