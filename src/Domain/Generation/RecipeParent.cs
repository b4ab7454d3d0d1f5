using Magvit.Domain.Assets;
using Magvit.Domain.Decoding;

namespace Magvit.Domain.Generation;

/// <summary>The finished clip that a result went on from.</summary>
/// <param name="Sha256">The bytes of the clip.</param>
/// <param name="StepsSha256">The bytes of its decoding steps.</param>
/// <param name="Step">The step that was gone on from; <see langword="null"/> when cells were decoded again.</param>
/// <param name="Cells">The cells that were decoded again; <see langword="null"/> when a step was gone on from.</param>
/// <param name="KeepPixels">Whether the pixels outside of the cells were put back exactly as they were.</param>
public sealed record RecipeParent(ContentHash Sha256, ContentHash StepsSha256, int? Step, TokenCells? Cells, bool KeepPixels = false);
