using Magvit.Model.Perceptual;
using Magvit.Model.Tests.Golden;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Perceptual;

public sealed class LpipsTests : IDisposable
{
    private readonly Lpips _lpips = new();

    public LpipsTests()
    {
        FormulaTensors.Fill(_lpips.Network);
        FormulaTensors.Fill(_lpips, "lin");
    }

    public void Dispose()
    {
        _lpips.Dispose();
    }

    // Tests/Golden/evaluation.py; float32 through ten layers.
    [Fact]
    public void PerFrame_FormulaWeights_EqualsTheGoldenNumbers() => AssertClose.Equal(
        GoldenNumbers.List("lpips"), _lpips.PerFrame(FormulaTensors.Clip(2, 64, 64, 1), FormulaTensors.Clip(2, 64, 64, 2)), 1e-5);

    [Fact]
    public void SqueezeNet_NormalisedFrames_EqualsTheGoldenNumbers()
    {
        using var scope = NewDisposeScope();
        var frames = FormulaTensors.Clip(2, 64, 64, 1).squeeze(0).transpose(0, 1);
        Assert.Equal(SqueezeNet.TapChannels.Select(c => (long)c), _lpips.Network.forward(frames).Select(t => t.shape[1]));
        Assert.Equal([31L, 15, 7, 3, 3, 3, 3], _lpips.Network.forward(frames).Select(t => t.shape[2]));
        AssertClose.Equal(GoldenNumbers.List("squeezenet.scores"), _lpips.Network.Scores(frames), 1e-3);
    }

    [Fact]
    public void PerFrame_EqualClips_IsZero()
    {
        using var scope = NewDisposeScope();
        var clip = FormulaTensors.Clip(3, 40, 48, 1);
        AssertClose.Equal([0, 0, 0], _lpips.PerFrame(clip, clip), 0);
    }

    [Fact]
    public void Forward_DifferentShapes_SaysWhich()
    {
        using var scope = NewDisposeScope();
        var exception = Assert.Throws<ArgumentException>(() => _lpips.forward(zeros([1, 3, 64, 64]), zeros([1, 3, 32, 64])));
        Assert.Contains("[1, 3, 64, 64] and [1, 3, 32, 64]", exception.Message, StringComparison.Ordinal);
    }

    // Central differences along a direction, in float64; rectifiers bend, hence a small step.
    [Theory]
    [InlineData(PerceptualTarget.Lpips, 64)]
    [InlineData(PerceptualTarget.Scores, 64)]
    [InlineData(PerceptualTarget.Lpips, 16)]
    public void PerceptualLoss_Gradient_EqualsFiniteDifferences(PerceptualTarget target, int side)
    {
        using var scope = NewDisposeScope();
        using var loss = new SqueezeNetPerceptualLoss(_lpips.to(float64), target);
        var reconstruction = FormulaTensors.Clip(1, side, side, 1).to(float64).requires_grad_();
        var real = FormulaTensors.Clip(1, side, side, 2).to(float64);
        var direction = FormulaTensors.Noise([1, 3, 1, side, side], 3) - 0.5;
        loss.Compute(reconstruction, real, 0).backward();
        var slope = (reconstruction.grad! * direction).sum().ToDouble();
        const double Step = 1e-5;
        using var _ = no_grad();
        var numeric = (loss.Compute(reconstruction + direction * Step, real, 0) - loss.Compute(reconstruction - direction * Step, real, 0)).ToDouble() / (2 * Step);
        Assert.NotEqual(0, slope);
        Assert.Equal(numeric, slope, Math.Abs(numeric) * 1e-3);
    }

    [Fact]
    public void PerceptualLoss_Backward_ReachesTheReconstructionAlone()
    {
        using var scope = NewDisposeScope();
        var loss = new SqueezeNetPerceptualLoss(_lpips);
        var (reconstruction, real) = (FormulaTensors.Clip(2, 40, 40, 1).requires_grad_(), FormulaTensors.Clip(2, 40, 40, 2).requires_grad_());
        loss.Compute(reconstruction, real, 0).backward();
        Assert.True(reconstruction.grad!.isfinite().all().ToBoolean());
        Assert.Null(real.grad);
        Assert.All(_lpips.named_parameters(), p => Assert.Null(p.parameter.grad));
    }

    // A decoder that knows which frames are looked at makes these sharp alone.
    [Fact]
    public void PerceptualLoss_EveryThirdFrame_LooksAtOthersEachStep()
    {
        using var scope = NewDisposeScope();
        var loss = new SqueezeNetPerceptualLoss(_lpips) { FrameStride = 3 };
        var seen = Enumerable.Range(0, 4).Select(step =>
        {
            var reconstruction = FormulaTensors.Clip(5, 40, 40, 1).requires_grad_();
            loss.Compute(reconstruction, FormulaTensors.Clip(5, 40, 40, 2), step).backward();
            var slopes = reconstruction.grad!.abs().sum([0, 1, 3, 4]).data<float>().ToArray();
            return Enumerable.Range(0, 5).Where(t => slopes[t] > 0).ToArray();
        }).ToList();
        Assert.Equal([[0, 3], [1, 4], [2], [0, 3]], seen);
    }

    // Black frames leave feature vectors of length 0, where a naive root has no gradient.
    [Fact]
    public void PerceptualLoss_BlackClips_HasAFiniteGradient()
    {
        using var scope = NewDisposeScope();
        using var bare = new Lpips();
        FormulaTensors.Fill(bare.Network);
        using (no_grad())
        {
            foreach (var (name, parameter) in bare.Network.named_parameters().Where(p => p.name.EndsWith("bias", StringComparison.Ordinal)))
            {
                parameter.fill_(-5);
            }
        }

        var clip = zeros([1, 3, 1, 48, 48]).requires_grad_();
        new SqueezeNetPerceptualLoss(bare).Compute(clip, zeros([1, 3, 1, 48, 48]), 0).backward();
        Assert.True(clip.grad!.isfinite().all().ToBoolean());
    }
}
