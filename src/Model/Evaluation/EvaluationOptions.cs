using Magvit.Model.Decoding;

namespace Magvit.Model.Evaluation;

/// <summary>How much is evaluated and how clips are decoded (spec §10.2).</summary>
public sealed record EvaluationOptions
{
    /// <summary>Clips of each fold.</summary>
    public int SamplesPerFold { get; init; } = 16;

    /// <summary>Folds; each metric is reported as mean and deviation over them.</summary>
    public int Folds { get; init; } = 4;

    /// <summary>Clips of a forward pass.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Fixes the order of the windows, the drawn masks and the decoding: sample i is decoded with this plus i.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How clips are decoded; its seed is not used.</summary>
    public DecodingOptions Decoding { get; init; } = new();

    /// <summary>Whether known pixels are put back exactly over the result; off in the paper (spec §8).</summary>
    public bool KeepInput { get; init; }

    /// <summary>Clips in all.</summary>
    public int Count => SamplesPerFold * Folds;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A number is out of its range; the message lists all that are.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        if (SamplesPerFold < 2)
        {
            problems.Add($"samples: expected at least 2 in a fold (a covariance needs them), got {SamplesPerFold}");
        }

        if (Folds < 1)
        {
            problems.Add($"folds: expected at least 1, got {Folds}");
        }

        if (BatchSize < 1)
        {
            problems.Add($"batch: expected at least 1, got {BatchSize}");
        }

        if (Decoding.Steps < 1)
        {
            problems.Add($"steps: expected at least 1, got {Decoding.Steps}");
        }

        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", problems));
        }
    }
}
