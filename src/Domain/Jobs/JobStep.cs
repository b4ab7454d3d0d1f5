using Magvit.Domain.Assets;

namespace Magvit.Domain.Jobs;

/// <summary>How far a running job is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="PreviewHash">A new preview in the artifact store, or <see langword="null"/> to keep the last one.</param>
public sealed record JobStep(int Step, int Steps, ContentHash? PreviewHash = null);
