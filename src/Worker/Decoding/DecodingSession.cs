using Magvit.Model.Decoding;
using Magvit.Model.Generation;

namespace Magvit.Worker.Decoding;

/// <summary>The samples of one job while the engine decodes them. Belongs to the compute thread once it was handed over.</summary>
/// <param name="generator">The model, loaded for as long as the session lasts.</param>
/// <param name="samples">One or more samples with the same number of steps.</param>
internal sealed class DecodingSession(VideoGenerator generator, IReadOnlyList<DecodingSample> samples)
{
    private readonly TaskCompletionSource<IReadOnlyList<DecodingStep>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DecodingStep?[] _latest = new DecodingStep?[samples.Count];
    private int _reported = samples.Min(s => s.Step);

    /// <summary>The model.</summary>
    public VideoGenerator Generator => generator;

    /// <summary>Whoever waits for the end gives up when it is cancelled; the engine then drops the samples between two steps.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>Is told the number of steps that every sample has behind it. Must be quick.</summary>
    public Action<int>? OnStep { get; init; }

    /// <summary>Is told what each step brought for each sample, by its place. Must be quick.</summary>
    public Action<int, DecodingStep>? OnOutcome { get; init; }

    /// <summary>Makes and takes a preview of the first sample's latest step; called at most once between two steps of the engine.</summary>
    public Action<DecodingStep>? OnPreview { get; init; }

    /// <summary>The last step of each sample, in their order.</summary>
    public Task<IReadOnlyList<DecodingStep>> Completion => _completion.Task;

    /// <summary>The samples with steps to go, those behind the others first.</summary>
    public IEnumerable<DecodingSample> Pending => samples.Where(s => !s.IsDone).OrderBy(s => s.Step);

    /// <summary>When the engine last advanced it, counted in its steps: the session that waited longest goes first.</summary>
    public long LastServed { get; set; }

    /// <summary>When its last preview was made, counted in the engine's steps.</summary>
    public long LastPreviewed { get; set; }

    /// <summary>The step that waits for its preview.</summary>
    public DecodingStep? PreviewDue { get; private set; }

    /// <summary>Takes the outcome of a step for some of its samples, and ends when all are done.</summary>
    public void Take(DecodingSample sample, DecodingStep step)
    {
        var index = IndexOf(sample);
        _latest[index] = step;
        OnOutcome?.Invoke(index, step);
        if (index == 0 && OnPreview is not null)
        {
            PreviewDue = step;
        }

        var behind = samples.Min(s => s.Step);
        if (behind > _reported)
        {
            _reported = behind;
            OnStep?.Invoke(behind);
        }
    }

    /// <summary>Makes the preview that is due, if one is.</summary>
    public void Preview()
    {
        if (PreviewDue is { } step)
        {
            PreviewDue = null;
            OnPreview!(step);
        }
    }

    /// <summary>All samples are decoded.</summary>
    public void Complete() => _completion.TrySetResult([.. _latest.Select(s => s!)]);

    /// <summary>Something went wrong in its samples or in what it told.</summary>
    public void Fail(Exception exception) => _completion.TrySetException(exception);

    /// <summary>Whoever asked has given up.</summary>
    public void Cancel() => _completion.TrySetCanceled(Stopping);

    private int IndexOf(DecodingSample sample)
    {
        for (var i = 0; i < samples.Count; i++)
        {
            if (ReferenceEquals(samples[i], sample))
            {
                return i;
            }
        }

        throw new ArgumentException("The sample belongs to another session.", nameof(sample));
    }
}
