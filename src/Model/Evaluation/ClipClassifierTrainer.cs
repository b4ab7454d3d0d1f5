using Magvit.Model.Training;
using static TorchSharp.torch;

namespace Magvit.Model.Evaluation;

/// <summary>Trains a <see cref="ClipClassifier"/> on the training split: AdamW, cosine schedule, and clips shifted, brightened, darkened, blurred and made noisy at random.</summary>
public sealed class ClipClassifierTrainer
{
    private const double LabelSmoothing = 0.05;
    private const int WarmupSteps = 20;
    private const int ReportEvery = 10;
    private const int MostBlurs = 3;
    private const double MostNoise = 8 / 255.0;

    private readonly ClipClassifier _classifier;
    private readonly ClipClassifierOptions _options;

    /// <summary>A trainer that changes the given classifier.</summary>
    public ClipClassifierTrainer(ClipClassifier classifier, ClipClassifierOptions options)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(options);
        (_classifier, _options) = (classifier, options);
    }

    /// <summary>Trains for the given number of steps and leaves the classifier in evaluation mode.</summary>
    /// <param name="clips">Clips to learn from; the held-out ones are not among them.</param>
    /// <param name="frames">Frames of a window.</param>
    /// <param name="progress">Takes step and loss.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="NonFiniteLossException">The loss became NaN or infinite.</exception>
    public void Train(ClipDataset clips, int frames, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clips);
        using var optimizer = optim.AdamW(_classifier.parameters(), lr: _options.PeakLearningRate, weight_decay: 0.01);
        var schedule = new LearningRateSchedule(_options.PeakLearningRate, Math.Min(WarmupSteps, _options.Steps / 4), _options.Steps);
        _classifier.train();
        for (var step = 0; step < _options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (batch, labels) = clips.Batch(step, _options.BatchSize, frames, _options.Seed);
            optimizer.zero_grad();
            var logits = _classifier.forward(Augment(batch, new Random(unchecked(_options.Seed * 7919 + step))));
            var targets = tensor(Array.ConvertAll(labels, l => (long)l)).to(logits.device);
            var loss = nn.functional.cross_entropy(logits, targets, label_smoothing: LabelSmoothing);
            NonFiniteLossException.ThrowIfNotFinite(loss.ToDouble(), step);
            loss.backward();
            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = schedule.At(step + 1);
            }

            optimizer.step();
            if ((step + 1) % ReportEvery == 0 || step + 1 == _options.Steps)
            {
                progress?.Report(new EvaluationProgress("classifier", step + 1, _options.Steps));
            }
        }

        _classifier.eval();
    }

    // The same for all clips of a batch: a shift of up to an eighth of the picture (edges repeat), another brightness and contrast, blur and noise, so that it looks
    // at what happens and not at the finest detail, which every generated clip lacks.
    private static Tensor Augment(Tensor clips, Random random)
    {
        var (height, width) = ((int)clips.size(3), (int)clips.size(4));
        var (rows, columns) = (height / 8, width / 8);
        var padded = nn.functional.pad(clips, [columns, columns, rows, rows, 0, 0], PaddingModes.Replicate);
        var shifted = padded.narrow(3, random.Next(2 * rows + 1), height).narrow(4, random.Next(2 * columns + 1), width);
        var lit = shifted * (0.8 + 0.4 * random.NextDouble()) + 0.1 * (2 * random.NextDouble() - 1);
        return Disturb(lit, random);
    }

    // In half of the batches up to three boxes of 3 x 3 pixels in a row, in a quarter one of 3 frames, in half noise of up to 8 grey levels.
    private static Tensor Disturb(Tensor clips, Random random)
    {
        for (var i = random.Next(2) * random.Next(1, MostBlurs + 1); i > 0; i--)
        {
            clips = Smooth(clips, [1, 1, 1, 1, 0, 0], [1, 3, 3]);
        }

        clips = random.Next(4) == 0 ? Smooth(clips, [0, 0, 0, 0, 1, 1], [3, 1, 1]) : clips;
        return random.Next(2) == 0 ? clips + MostNoise * random.NextDouble() * randn(clips.shape, device: clips.device) : clips;
    }

    private static Tensor Smooth(Tensor clips, long[] edge, long[] box) =>
        nn.functional.avg_pool3d(nn.functional.pad(clips, edge, PaddingModes.Replicate), box, [1, 1, 1]);
}
