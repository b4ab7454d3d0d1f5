using Magvit.Domain.Assets;
using Magvit.Domain.Decoding;
using Magvit.Domain.Models;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;

namespace Magvit.Worker.Generation;

/// <summary>Writes down the steps of one sample. Told by the compute thread, read when the sample is done.</summary>
internal sealed class HistoryRecorder
{
    private readonly VideoGenerator _generator;
    private readonly bool[] _isGiven;
    private readonly IReadOnlyList<float>? _givenConfidence;
    private readonly List<DecodedStep> _steps = [];

    /// <summary>A recorder of a sample before its next step; a branch begins with the steps of its parent.</summary>
    public HistoryRecorder(VideoGenerator generator, DecodingSample sample, ParentClip? parent)
    {
        _generator = generator;
        _givenConfidence = parent?.History.Last.Confidence;
        if (parent?.Link.Step is { } step)
        {
            _isGiven = [.. parent.History.IsGiven];
            _steps.AddRange(parent.History.Steps.Take(step));
        }
        else
        {
            _isGiven = [.. sample.Save().IsUnknown.Select(isUnknown => !isUnknown)];
        }
    }

    /// <summary>Takes the outcome of a step.</summary>
    public void Add(DecodingStep step) => _steps.Add(new DecodedStep(
        step.Step, [.. step.Tokens.Select(token => (int)token)], [.. step.Confidence.Select((p, cell) => _isGiven[cell] ? _givenConfidence?[cell] ?? p : p)], step.IsAccepted));

    /// <summary>The steps so far.</summary>
    /// <param name="steps">The steps in all.</param>
    /// <param name="previews">The previews that were stored, by step; those of the parent are known already.</param>
    public DecodingHistory ToHistory(int steps, IReadOnlyDictionary<int, ContentHash> previews)
    {
        var geometry = _generator.Geometry;
        return new DecodingHistory
        {
            ModelHash = _generator.Hash,
            TokenizerHash = _generator.TokenizerHash,
            Grid = new TokenGrid(geometry.LatentFrames, geometry.LatentHeight, geometry.LatentWidth),
            StepCount = steps,
            IsGiven = _isGiven,
            Steps = [.. _steps.Select(step => previews.TryGetValue(step.Step, out var preview) ? step with { Preview = preview } : step)],
        };
    }
}
