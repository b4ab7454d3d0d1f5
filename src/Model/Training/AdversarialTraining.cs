using Magvit.Model.Discriminator;
using Magvit.Model.Losses;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>The discriminator's side of stage 1: its network, optimizer, losses and LeCAM's running means (spec §4).</summary>
internal sealed class AdversarialTraining : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly TokenizerLossOptions _losses;
    private readonly AdamW _optimizer;
    private readonly LeCamRegularizer _leCam;
    private readonly List<(double Real, double Fake)> _meanLogits = [];

    /// <summary>A side that changes the given discriminator and owns it.</summary>
    public AdversarialTraining(VideoDiscriminator discriminator, TrainingOptions options, TokenizerLossOptions losses)
    {
        (Discriminator, _options, _losses) = (discriminator, options, losses);
        Discriminator.Precision = options.BFloat16 ? bfloat16 : float32;
        _leCam = new LeCamRegularizer(losses.LeCamDecay);
        _optimizer = optim.AdamW(discriminator.parameters().ToList(), lr: options.PeakLearningRate, beta1: 0, beta2: 0.99, weight_decay: 0);
    }

    /// <summary>The network.</summary>
    public VideoDiscriminator Discriminator { get; }

    /// <summary>Forgets the gradients of the step before.</summary>
    public void ZeroGradients()
    {
        _optimizer.zero_grad();
        _meanLogits.Clear();
    }

    /// <summary>Adds the gradients of the discriminator's loss on one micro-batch.</summary>
    /// <param name="clips">[B, 3, T, H, W] in [0, 1].</param>
    /// <param name="reconstruction">The same shape; taken as a constant.</param>
    /// <param name="step">Counted from 0.</param>
    /// <returns>Figures for the report.</returns>
    /// <exception cref="NonFiniteLossException">The loss is NaN or infinite.</exception>
    public Dictionary<string, double> Backward(Tensor clips, Tensor reconstruction, int step)
    {
        using var scope = NewDisposeScope();
        var values = new Dictionary<string, double>();
        var fake = Discriminator.forward(reconstruction.detach());                                          // [B]
        Tensor real, loss;
        if (_losses.GradientPenalty != 0 && step % _losses.GradientPenaltyEvery == 0)
        {
            var leaf = clips.detach().requires_grad_();
            real = Discriminator.Logits(leaf, float32);
            var penalty = GradientPenalty.Compute(real, leaf);
            loss = AdversarialLoss.Discriminator(real, fake, _losses.AdversarialKind) + penalty * (_losses.GradientPenalty * _losses.GradientPenaltyEvery);
            values["gradientPenalty"] = penalty.ToDouble();
        }
        else
        {
            real = Discriminator.forward(clips);
            loss = AdversarialLoss.Discriminator(real, fake, _losses.AdversarialKind);
        }

        if (_losses.LeCam != 0)
        {
            loss = loss + _leCam.Compute(real, fake) * _losses.LeCam;
        }

        values["discriminatorLoss"] = loss.ToDouble();
        NonFiniteLossException.ThrowIfNotFinite(values["discriminatorLoss"], step, "the discriminator's loss");
        (loss / _options.MicroBatches).backward();
        (values["realLogit"], values["fakeLogit"]) = (real.mean().ToDouble(), fake.mean().ToDouble());
        _meanLogits.Add((values["realLogit"], values["fakeLogit"]));
        return values;
    }

    /// <summary>D(v^) for the generator's loss: the gradient reaches the reconstruction and not the discriminator's weights.</summary>
    public Tensor Judge(Tensor reconstruction)
    {
        var parameters = Discriminator.parameters().ToList();
        parameters.ForEach(p => p.requires_grad = false);
        try
        {
            return Discriminator.forward(reconstruction);
        }
        finally
        {
            parameters.ForEach(p => p.requires_grad = true);
        }
    }

    /// <summary>Moves the weights and, after them, LeCAM's running means.</summary>
    /// <exception cref="NonFiniteLossException">The gradient is NaN or infinite.</exception>
    public void Update(double learningRate, int step)
    {
        var norm = nn.utils.clip_grad_norm_(Discriminator.parameters(), _options.MaxGradientNorm);
        NonFiniteLossException.ThrowIfGradientNotFinite(norm, step, "the discriminator's gradient");
        foreach (var group in _optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }

        _optimizer.step();
        _leCam.Update(_meanLogits.Average(m => m.Real), _meanLogits.Average(m => m.Fake));
    }

    /// <summary>What a checkpoint needs beside the weights.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State() => OptimizerCheckpoint.Tensors(_optimizer).Select(t => ("discriminatorOptimizer." + t.Key, t.Value))
        .Append(("lecam.means", tensor([_leCam.RealMean, _leCam.FakeMean], [2], float64)));

    /// <summary>Takes back what <see cref="State"/> gave.</summary>
    public void Restore(TrainingCheckpoint checkpoint)
    {
        OptimizerCheckpoint.Load(_optimizer, checkpoint.Below("discriminatorOptimizer."));
        var means = checkpoint.Tensors["lecam.means"].data<double>();
        _leCam.Restore(means[0], means[1]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        Discriminator.Dispose();
    }
}
