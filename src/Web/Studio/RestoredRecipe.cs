using Magvit.Domain.Generation;

namespace Magvit.Web.Studio;

/// <summary>A recipe from a file, looked up in a workspace.</summary>
/// <param name="Recipe">What the file carries.</param>
/// <param name="Draft">The Studio as it was set up, as far as it can be.</param>
/// <param name="Missing">What is not here, a sentence each that says what to do; empty when the clip can be made again.</param>
internal sealed record RestoredRecipe(Recipe Recipe, StudioDraft Draft, IReadOnlyList<string> Missing);
