using Magvit.Domain.Assets;

namespace Magvit.Domain.Generation;

/// <summary>The clip that a result was made from.</summary>
/// <param name="Sha256">The original bytes of the clip.</param>
/// <param name="Start">The first frame that was taken.</param>
/// <param name="Stride">How far apart the taken frames are.</param>
public sealed record RecipeInput(ContentHash Sha256, int Start, int Stride);
