namespace Magvit.Domain.Generation;

/// <summary>How a task is called and what it needs.</summary>
/// <param name="Task">The task.</param>
/// <param name="Name">Its name in the API, on the command line and in recipes, such as <c>frame-prediction</c>.</param>
/// <param name="Title">Its name on the screen.</param>
/// <param name="Description">What it does, in one sentence.</param>
/// <param name="NeedsInput">Whether it needs a clip.</param>
/// <param name="NeedsClass">Whether it needs a class.</param>
/// <param name="NeedsMask">Whether it needs a mask.</param>
public sealed record GenerationTaskInfo(
    GenerationTask Task, string Name, string Title, string Description, bool NeedsInput, bool NeedsClass, bool NeedsMask)
{
    /// <summary>
    /// Whether known pixels are put back exactly unless someone says otherwise: where each frame is partly given, what one did not ask to change stays as it was.
    /// Tasks that give whole frames go on from them as the tokenizer sees them, so that nothing jumps between a given frame and the next.
    /// </summary>
    public bool KeepsInput { get; init; }
}
