namespace Magvit.Model.Evaluation;

/// <summary>Keeps the first samples of an evaluation and those of which the model was least sure, and lets the others go.</summary>
/// <param name="first">How many of the first to keep.</param>
/// <param name="worst">How many of the least confident to keep.</param>
public sealed class SampleShelf(int first, int worst) : IDisposable
{
    private readonly List<EvaluatedSample> _first = [];
    private readonly List<EvaluatedSample> _worst = [];

    /// <summary>The first samples in their order.</summary>
    public IReadOnlyList<EvaluatedSample> First => _first;

    /// <summary>The least confident samples, the least confident first; those among the first are listed again.</summary>
    public IReadOnlyList<EvaluatedSample> Worst => [.. _worst.OrderBy(s => s.Confidence)];

    /// <summary>Whether a sample of that place and confidence would be kept, so that others need not be made.</summary>
    public bool Wants(int number, double confidence) =>
        number < first || (worst > 0 && (_worst.Count < worst || confidence < _worst.Max(s => s.Confidence)));

    /// <summary>Takes a sample over.</summary>
    public void Add(EvaluatedSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (sample.Number < first)
        {
            _first.Add(sample);
        }

        if (worst > 0)
        {
            _worst.Add(sample);
            if (_worst.Count > worst)
            {
                var surest = _worst.MaxBy(s => s.Confidence)!;
                _worst.Remove(surest);
                Release(surest);
            }
        }

        Release(sample);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var sample in _first.Concat(_worst))
        {
            sample.Dispose();
        }
    }

    private void Release(EvaluatedSample sample)
    {
        if (!_first.Contains(sample) && !_worst.Contains(sample))
        {
            sample.Dispose();
        }
    }
}
