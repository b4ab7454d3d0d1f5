using TorchSharp.Extensions;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Torch.Tests;

/// <summary>The convolution means what the ordinary one means, with its gradients, where it is Winograd's and where it is the library's.</summary>
[Collection(nameof(ProcessorTests))]
public class ConvolutionTests
{
    // Rounded at the points, where the library rounds the weight alone: the same to twice the half of a unit in bfloat16's last place, 2^-8.
    private const double Rounding = 0.006;

    private static readonly OrdinaryOperators Ordinary = new();
    private static readonly NativeOperators Native = new();

    // Batch, channels in and out, taps, frames, height, width, padding along time and space. Tiles in one run and in several; more frames than are held at a time;
    // more than one register, block and part of each; an odd number of columns of tiles; a single tile; without zeros, as after a mirrored edge.
    public static TheoryData<int, int, int, int, int, int, int, int, int> Winograd => new()
    {
        { 2, 32, 64, 3, 4, 16, 16, 1, 1 },
        { 1, 96, 96, 3, 4, 16, 16, 1, 1 },
        { 2, 64, 32, 3, 3, 18, 14, 0, 0 },
        { 1, 32, 32, 1, 5, 8, 6, 0, 1 },
        { 3, 32, 32, 3, 1, 4, 4, 1, 1 },
        { 1, 64, 64, 3, 6, 34, 66, 0, 0 },
        { 1, 32, 96, 2, 9, 20, 12, 1, 1 },
        { 1, 32, 32, 3, 3, 2, 2, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(Winograd))]
    public void Conv3d_Winograd_EqualsOrdinaryOperators(int batch, int inputs, int outputs, int taps, int t, int h, int w, int frames, int cells)
    {
        NeedBFloat16();
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (x, weight, bias) = Some(batch, inputs, outputs, taps, t, h, w, generator);
        foreach (var added in new[] { bias, null })
        {
            var expected = Ordinary.conv3d(x.to(float32), weight, added?.to(bfloat16), frames, cells, null);
            var actual = Native.conv3d(x, weight, added, frames, cells, null);
            Assert.Equal(expected.shape, actual.shape);
            Assert.Equal(bfloat16, actual.dtype);
            Assert.InRange(Apart(expected, actual), 1e-4, Rounding);
            Assert.True(Native.conv3d(x, weight, added, frames, cells, Native.conv3d_points(weight)).eq(actual).all().ToBoolean(), "other numbers with the filters' points made before");
        }
    }

    [Theory]
    [MemberData(nameof(Winograd))]
    public void Conv3d_Winograd_HasTheGradientsOfOrdinaryOperators(int batch, int inputs, int outputs, int taps, int t, int h, int w, int frames, int cells)
    {
        NeedBFloat16();
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (x, weight, bias) = Some(batch, inputs, outputs, taps, t, h, w, generator);
        var slopes = (randn(Ordinary.conv3d(x, weight, bias, frames, cells, null).shape, generator: generator) + 0.5).to(bfloat16);
        Tensor[] Gradients(IFusedOperators operators, ScalarType type)
        {
            Tensor[] leaves = [x.to(type).clone().requires_grad_(), weight.clone().requires_grad_(), bias.clone().requires_grad_()];
            (operators.conv3d(leaves[0], leaves[1], leaves[2], frames, cells, null).to(float32) * slopes.to(float32)).sum().backward();
            return [.. leaves.Select(leaf => leaf.grad!)];
        }

        var (exact, native) = (Gradients(Ordinary, float32), Gradients(Native, bfloat16));
        Assert.Equal([bfloat16, float32, float32], native.Select(gradient => gradient.dtype));
        Assert.All(exact.Zip(native), pair => Assert.InRange(Apart(pair.First, pair.Second), 0, Rounding));
    }

    // Too few channels, an odd number of cells, kernels of one or five cells: the library's, with weights in any type.
    [Theory]
    [InlineData(3, 32, 3, 3, 8)]
    [InlineData(32, 48, 3, 3, 8)]
    [InlineData(32, 32, 3, 3, 7)]
    [InlineData(32, 32, 1, 1, 8)]
    [InlineData(32, 32, 3, 5, 8)]
    public void Conv3d_WhatIsNotWinograds_IsTheLibrarys(int inputs, int outputs, int taps, int kernel, int size)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (x, bias) = (randn([2, inputs, 4, size, size], generator: generator).to(bfloat16), randn([outputs], generator: generator));
        var weight = randn([outputs, inputs, taps, kernel, kernel], generator: generator);
        Assert.True(Ordinary.conv3d(x, weight, bias, taps / 2, kernel / 2, null).eq(Native.conv3d(x, weight, bias, taps / 2, kernel / 2, null)).all().ToBoolean());
        Assert.True(Ordinary.conv3d(x.to(float32), weight, bias, taps / 2, kernel / 2, null).eq(Native.conv3d(x.to(float32), weight, bias, taps / 2, kernel / 2, null)).all().ToBoolean());
    }

    // Nor on the number of threads, with which time is shared out too.
    [Fact]
    public void Conv3d_Winograd_ClipDoesNotDependOnItsNeighbours()
    {
        NeedBFloat16();
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (x, weight, bias) = Some(5, 32, 32, 3, 7, 10, 12, generator);
        var together = Native.conv3d(x, weight, bias, 1, 1, null);
        var threads = get_num_threads();
        try
        {
            foreach (var count in new[] { 1, 2, 5 })
            {
                set_num_threads(count);
                Assert.True(Native.conv3d(x.narrow(0, 3, 1), weight, bias, 1, 1, null).eq(together.narrow(0, 3, 1)).all().ToBoolean(), $"{count} threads");
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    // A training step is the same on any number of threads.
    [Fact]
    public void Conv3d_WinogradsGradient_DoesNotDependOnTheThreads()
    {
        NeedBFloat16();
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (x, weight, bias) = Some(2, 32, 96, 3, 5, 10, 12, generator);
        var threads = get_num_threads();
        try
        {
            Tensor Gradient(int count)
            {
                set_num_threads(count);
                var leaf = weight.clone().requires_grad_();
                Native.conv3d(x, leaf, bias, 1, 1, null).to(float32).pow(2).sum().backward();
                return leaf.grad!;
            }

            var alone = Gradient(1);
            Assert.All([2, 5, 12], count => Assert.True(Gradient(count).eq(alone).all().ToBoolean(), $"{count} threads"));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Conv3d_WhatDoesNotFit_IsRefusedWithWords()
    {
        using var scope = NewDisposeScope();
        var (x, weight) = (zeros([1, 32, 2, 4, 4], bfloat16), zeros([32, 32, 3, 3, 3]));
        Assert.Contains("expected clips", Assert.ThrowsAny<Exception>(() => Native.conv3d(x, zeros([32, 31, 3, 3, 3]), null, 1, 1, null)).Message, StringComparison.Ordinal);
        Assert.Contains("and a bias [O]", Assert.ThrowsAny<Exception>(() => Native.conv3d(x, weight, zeros([31]), 1, 1, null)).Message, StringComparison.Ordinal);
        Assert.Null(Native.conv3d_points(zeros([32, 31, 3, 3, 3])));
        NeedBFloat16();
        Assert.Contains("what conv3d_points makes", Assert.ThrowsAny<Exception>(() => Native.conv3d(x, weight, null, 1, 1, zeros([2], bfloat16))).Message, StringComparison.Ordinal);
    }

    // As they are after a swish, and filters as they start.
    private static (Tensor X, Tensor Weight, Tensor Bias) Some(int batch, int inputs, int outputs, int taps, int t, int h, int w, Generator generator) => (
        nn.functional.silu(randn([batch, inputs, t, h, w], generator: generator)).to(bfloat16),
        randn([outputs, inputs, taps, 3, 3], generator: generator) / Math.Sqrt(9 * inputs * taps),
        randn([outputs], generator: generator));

    private static void NeedBFloat16() => Assert.SkipUnless(NativeOperators.Instructions == Instructions.Avx512BFloat16, "this processor multiplies no bfloat16 numbers");

    private static double Apart(Tensor exact, Tensor other) => ((exact - other.to(float32)).norm() / exact.norm()).ToDouble();
}
