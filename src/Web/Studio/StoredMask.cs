namespace Magvit.Web.Studio;

/// <summary>A mask that the editor has stored.</summary>
/// <param name="Id">The asset; <see langword="null"/> when the mask is that of a task.</param>
/// <param name="Sha256">The hash of the mask that is shown, and of the stored file.</param>
public sealed record StoredMask(Guid? Id, string? Sha256);
