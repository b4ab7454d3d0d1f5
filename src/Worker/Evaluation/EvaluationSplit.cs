namespace Magvit.Worker.Evaluation;

/// <summary>A part of a data set.</summary>
internal enum EvaluationSplit
{
    /// <summary>Clips that training never sees.</summary>
    HeldOut,

    /// <summary>Clips to train on.</summary>
    Train,

    /// <summary>Both.</summary>
    All,
}
