namespace Magvit.Domain.Generation;

/// <summary>A picture larger than the model's, and where the clip lies in it; all in pixels of the model.</summary>
/// <param name="Width">Width of the result.</param>
/// <param name="Height">Height of the result.</param>
/// <param name="Left">The column where the clip begins; <see langword="null"/> puts it in the middle.</param>
/// <param name="Top">The row where the clip begins; <see langword="null"/> puts it in the middle.</param>
/// <param name="ClipWidth">Width that the clip gets; <see langword="null"/> is the model's.</param>
/// <param name="ClipHeight">Height that the clip gets; <see langword="null"/> is the model's.</param>
public sealed record GenerationCanvas(int Width, int Height, int? Left = null, int? Top = null, int? ClipWidth = null, int? ClipHeight = null);
