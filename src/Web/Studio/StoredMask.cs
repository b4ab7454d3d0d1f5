namespace Magvit.Web.Studio;

/// <summary>What the editor has stored for a request.</summary>
/// <param name="Id">The asset; <see langword="null"/> when the mask is that of a task.</param>
/// <param name="Sha256">The hash of the mask that is shown, and of the stored file.</param>
/// <param name="InputId">The frames as they were put together; <see langword="null"/> when the clip is used as it is.</param>
public sealed record StoredMask(Guid? Id, string? Sha256, Guid? InputId);
