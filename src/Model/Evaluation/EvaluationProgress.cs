namespace Magvit.Model.Evaluation;

/// <summary>Where an evaluation stands.</summary>
/// <param name="Stage">What is being done, such as classifier, reconstruction or a task's name.</param>
/// <param name="Done">Steps or clips done of this stage.</param>
/// <param name="Total">Steps or clips of this stage.</param>
public sealed record EvaluationProgress(string Stage, int Done, int Total);
