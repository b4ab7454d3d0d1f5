using System.Diagnostics;
using System.Runtime.InteropServices;
using Magvit.Model.Losses;
using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Tokenizer;

public partial class ActivationRecomputationTests
{
    private static readonly TokenizerConfig Config = new()
    {
        Frames = 4,
        Height = 16,
        Width = 16,
        BaseChannels = 8,
        ChannelMultipliers = [1, 2],
        TemporalDownsample = [true],
        CodebookSize = 32,
        EmbeddingDim = 8,
    };

    // The latents feed decoder and quantizer losses, the reconstruction pixels and a second loss: every gradient must arrive once.
    [Theory]
    [InlineData(ScalarType.Float64, 1e-12)]
    [InlineData(ScalarType.Float32, 1e-5)]                                         // sums are rounded in another order
    [InlineData(ScalarType.BFloat16, 0.2)]
    public void Backward_WithRecomputation_GivesTheSameLossAndGradients(ScalarType precision, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var tokenizer = new VideoTokenizer(Config) { Precision = precision };
        var clips = rand([2, 3, 4, 16, 16]);
        if (precision == float64)
        {
            tokenizer.to(float64);
            clips = clips.to(float64);
        }

        var expectedLoss = Backward(tokenizer, clips, null);
        var expected = tokenizer.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
        tokenizer.zero_grad();

        using var recomputation = new ActivationRecomputation();
        Assert.Equal(expectedLoss, Backward(tokenizer, clips, recomputation));
        Assert.All(tokenizer.named_parameters(), p =>
            Assert.InRange((p.parameter.grad! - expected[p.name]).norm().ToDouble(), 0, tolerance * expected[p.name].norm().ToDouble() + 1e-9));
    }

    [Fact]
    public void Encode_WithRecomputation_RecordsNothing()
    {
        using var scope = NewDisposeScope();
        using var recomputation = new ActivationRecomputation();
        using var tokenizer = new VideoTokenizer(Config) { Recomputation = recomputation };
        var clips = rand([1, 3, 4, 16, 16]);
        var tokens = tokenizer.Encode(clips);
        tokenizer.Recomputation = null;
        Assert.True(tokenizer.Encode(clips).eq(tokens).all().ToBoolean());
    }

    // Activations of 33.5 MB each, which the allocator gives back to the system at once: what the process holds is what autograd keeps.
    [Fact]
    public void Forward_WithRecomputation_KeepsLessThanTwoThirdsOfTheMemory()
    {
        using var scope = NewDisposeScope();
        using var tokenizer = new VideoTokenizer(Config with { Frames = 16, Height = 128, Width = 128, ResidualBlocks = 1 });
        var clips = rand([4, 3, 16, 128, 128]);
        var kept = MemoryOfForward(tokenizer, clips);
        using var recomputation = new ActivationRecomputation();
        tokenizer.Recomputation = recomputation;
        var recomputed = MemoryOfForward(tokenizer, clips);
        Assert.True(recomputed < kept * 2 / 3, $"{recomputed >> 20} MiB with recomputation, {kept >> 20} MiB without");
    }

    private static double Backward(VideoTokenizer tokenizer, Tensor clips, ActivationRecomputation? recomputation)
    {
        using var scope = NewDisposeScope();
        tokenizer.Recomputation = recomputation;
        var output = tokenizer.forward(clips);
        var loss = new TokenizerLoss(new TokenizerLossOptions(), new NoPerceptualLoss()).Compute(output, clips, 0, output.Reconstruction.mean([1, 2, 3, 4])).Total;
        loss.backward();
        recomputation?.Backward();
        tokenizer.Recomputation = null;
        return loss.ToDouble();
    }

    private static long MemoryOfForward(VideoTokenizer tokenizer, Tensor clips)
    {
        using var scope = NewDisposeScope();
        var before = WorkingSet();
        var loss = nn.functional.mse_loss(tokenizer.forward(clips).Reconstruction, clips);
        var after = WorkingSet();
        Assert.True(loss.requires_grad);
        return after - before;
    }

    // What was freed and not given back would be taken for memory in use before, and for none in use after.
    private static long WorkingSet()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _ = MallocTrim(0);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MallocTrim(nuint pad);
}
