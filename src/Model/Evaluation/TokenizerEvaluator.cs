using System.Diagnostics;
using Magvit.Model.Metrics;
using Magvit.Model.Tokenizer;
using static TorchSharp.torch;

namespace Magvit.Model.Evaluation;

/// <summary>Sends real clips through a tokenizer and back and measures what comes out (spec §10, reconstruction).</summary>
public sealed class TokenizerEvaluator
{
    private readonly VideoTokenizer _tokenizer;
    private readonly EvaluationNetworks _networks;
    private readonly EvaluationOptions _options;

    /// <summary>An evaluator of a tokenizer in evaluation mode.</summary>
    public TokenizerEvaluator(VideoTokenizer tokenizer, EvaluationNetworks networks, EvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_tokenizer, _networks, _options) = (tokenizer, networks, options);
    }

    /// <summary>Evaluates on all windows.</summary>
    /// <param name="windows">Real windows.</param>
    /// <param name="classNames">Names of the windows' labels.</param>
    /// <param name="real">What was measured of the real windows, for the Frechet distances.</param>
    /// <param name="shelf">Takes samples to look at.</param>
    /// <param name="progress">Takes clips done.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public TokenizerReport Evaluate(
        ClipWindows windows, IReadOnlyList<string> classNames, ClipMeasurements real, SampleShelf shelf, IProgress<EvaluationProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(classNames);
        ArgumentNullException.ThrowIfNull(shelf);
        var watch = Stopwatch.StartNew();
        var counts = new long[_tokenizer.Config.Codes];
        using var measured = new ClipMeasurements(_networks);
        for (var i = 0; i < windows.Count; i += _options.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (clips, labels) = windows.Batch(i, Math.Min(_options.BatchSize, windows.Count - i));
            var tokens = _tokenizer.Encode(clips);
            foreach (var token in tokens.cpu().contiguous().data<long>().ToArray())
            {
                counts[token]++;
            }

            var reconstructions = _tokenizer.Decode(tokens);
            measured.Add(reconstructions, clips, labels);
            for (var row = 0; row < labels.Length; row++)
            {
                if (shelf.Wants(i + row, 1))
                {
                    shelf.Add(EvaluatedSample.Of(i + row, classNames[labels[row]], 1, row, clips, null, reconstructions));
                }
            }

            progress?.Report(new EvaluationProgress("reconstruction", i + labels.Length, windows.Count));
        }

        var tokenCount = _tokenizer.Config.Geometry.TokenCount;
        return new TokenizerReport(measured.Count, tokenCount, counts.Length, tokenCount * Math.Log2(counts.Length),
            measured.Summarise(real, _options.Folds), CodebookUsage.Of(counts), [], watch.Elapsed.TotalSeconds);
    }
}
