using Magvit.Domain.Assets;
using Magvit.Domain.Generation;

namespace Magvit.Infrastructure.Examples;

/// <summary>An example whose files are in the artifact store.</summary>
/// <param name="Media">What an asset is made of.</param>
/// <param name="Recipe">What made it, of a result; <see langword="null"/> of a clip to work on, or a mask.</param>
internal sealed record ExampleClip(ImportedMedia Media, Recipe? Recipe);
