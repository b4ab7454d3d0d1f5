using Magvit.Domain.Generation;

namespace Magvit.Web.Studio;

/// <summary>What the page needs to know of the mask.</summary>
/// <param name="Task">The task whose mask it is; <see cref="GenerationTask.CustomMask"/> when something was drawn.</param>
/// <param name="IsEmpty">Whether it leaves nothing to the model.</param>
/// <param name="Number">Counts what the editor said of it.</param>
public sealed record MaskState(GenerationTask Task, bool IsEmpty, int Number);
