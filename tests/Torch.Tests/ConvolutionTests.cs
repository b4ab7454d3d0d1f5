using TorchSharp.Extensions;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Torch.Tests;

/// <summary>The convolution means what the ordinary one means, with its gradients, where it is Winograd's, by every set of instructions, and where it is the library's.</summary>
[Collection(nameof(ProcessorTests))]
public sealed class ConvolutionTests : ProcessorTests
{
    private static readonly OrdinaryOperators Ordinary = new();
    private static readonly NativeOperators Native = new();

    // Batch, channels in and out, taps, frames, height, width, padding along time and space. Tiles in one run and in several; more frames than are held at a time;
    // more than one register, block and part of each; an odd number of columns of tiles; a single tile; without zeros, as after a mirrored edge.
    public static TheoryData<Instructions, int, int, int, int, int, int, int, int, int> Winograd()
    {
        var data = new TheoryData<Instructions, int, int, int, int, int, int, int, int, int>();
        foreach (var instructions in new[] { Instructions.Avx2, Instructions.Avx512, Instructions.Avx512BFloat16 })
        {
            data.Add(instructions, 2, 32, 64, 3, 4, 16, 16, 1, 1);
            data.Add(instructions, 1, 96, 96, 3, 4, 16, 16, 1, 1);
            data.Add(instructions, 2, 64, 32, 3, 3, 18, 14, 0, 0);
            data.Add(instructions, 1, 32, 32, 1, 5, 8, 6, 0, 1);
            data.Add(instructions, 3, 32, 32, 3, 1, 4, 4, 1, 1);
            data.Add(instructions, 1, 64, 64, 3, 6, 34, 66, 0, 0);
            data.Add(instructions, 1, 32, 96, 2, 9, 20, 12, 1, 1);
            data.Add(instructions, 1, 32, 32, 3, 3, 2, 2, 1, 1);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Winograd))]
    public void Conv3d_Winograd_EqualsOrdinaryOperators(
        Instructions instructions, int batch, int inputs, int outputs, int taps, int t, int h, int w, int frames, int cells)
    {
        using var scope = NewDisposeScope();
        var type = Use(instructions);
        using var generator = new Generator(5);
        var (x, weight, bias) = Some(type, batch, inputs, outputs, taps, t, h, w, generator);
        foreach (var added in new[] { bias, null })
        {
            var expected = Ordinary.conv3d(x.to(float64), weight, added?.to(type), frames, cells, null);
            var actual = Native.conv3d(x, weight, added, frames, cells, null);
            Assert.Equal(expected.shape, actual.shape);
            Assert.Equal(type, actual.dtype);
            Assert.InRange(Apart(expected, actual), 1e-8, Rounding(type));
            Assert.False(actual.eq(Ordinary.conv3d(x, weight, added, frames, cells, null)).all().ToBoolean(), "these are the library's numbers");
        }
    }

    [Theory]
    [MemberData(nameof(Winograd))]
    public void Conv3d_Winograd_HasTheGradientsOfOrdinaryOperators(
        Instructions instructions, int batch, int inputs, int outputs, int taps, int t, int h, int w, int frames, int cells)
    {
        using var scope = NewDisposeScope();
        var type = Use(instructions);
        using var generator = new Generator(5);
        var (x, weight, bias) = Some(type, batch, inputs, outputs, taps, t, h, w, generator);
        var slopes = (randn(Ordinary.conv3d(x, weight, bias, frames, cells, null).shape, generator: generator) + 0.5).to(type);
        Tensor[] Gradients(IFusedOperators operators, ScalarType precision)
        {
            Tensor[] leaves = [x.to(precision).clone().requires_grad_(), weight.clone().requires_grad_(), bias.clone().requires_grad_()];
            (operators.conv3d(leaves[0], leaves[1], leaves[2], frames, cells, null).to(float64) * slopes.to(float64)).sum().backward();
            return [.. leaves.Select(leaf => leaf.grad!)];
        }

        var (exact, native) = (Gradients(Ordinary, float64), Gradients(Native, type));
        Assert.Equal([type, float32, float32], native.Select(gradient => gradient.dtype));
        Assert.All(exact.Zip(native), pair => Assert.InRange(Apart(pair.First.to(float64), pair.Second), 0, Rounding(type)));
    }

    // The discriminator's penalty is a gradient of gradients.
    [Fact]
    public void Conv3d_Winograd_HasTheSecondGradientsOfOrdinaryOperators()
    {
        using var scope = NewDisposeScope();
        Use(Instructions.Avx2);
        using var generator = new Generator(5);
        var (x, weight, bias) = Some(float32, 2, 32, 32, 3, 3, 6, 8, generator);
        Tensor[] Gradients(IFusedOperators operators, ScalarType type)
        {
            Tensor[] leaves = [x.to(type).clone().requires_grad_(), weight.to(type).clone().requires_grad_(), bias.to(type).clone().requires_grad_()];
            var y = operators.conv3d(leaves[0], leaves[1], leaves[2], 1, 1, null);
            var slope = autograd.grad([y.pow(2).sum()], [leaves[0]], retain_graph: true, create_graph: true)[0];
            slope.pow(2).sum().backward();
            return [.. leaves.Select(leaf => leaf.grad!)];
        }

        Assert.All(Gradients(Ordinary, float64).Zip(Gradients(Native, float32)), pair => Assert.InRange(Apart(pair.First, pair.Second), 0, 1e-5));
    }

    // Filters of a layer that is used and not trained are carried to the points once; those of another type are not taken.
    [Fact]
    public void Conv3d_PointsMadeBefore_GiveTheSameToTheBit()
    {
        using var scope = NewDisposeScope();
        var type = Use(Instructions.Avx512BFloat16);
        using var generator = new Generator(5);
        var (x, weight, bias) = Some(type, 2, 32, 64, 3, 3, 6, 8, generator);
        var points = Native.conv3d_points(weight);
        Assert.NotNull(points);
        foreach (var clips in new[] { x, x.to(float32), x.narrow(4, 0, 7) })
        {
            Assert.True(Native.conv3d(clips, weight, bias, 1, 1, points).eq(Native.conv3d(clips, weight, bias, 1, 1, null)).all().ToBoolean(), $"{clips.dtype}");
        }
    }

    // With few channels that come out there are no gradients to have, and the library's are taken for those who want some.
    [Theory]
    [InlineData(Instructions.Avx2)]
    [InlineData(Instructions.Avx512)]
    [InlineData(Instructions.Avx512BFloat16)]
    public void Conv3d_FewOutputs_AreWinogradsWithoutGradients(Instructions instructions)
    {
        using var scope = NewDisposeScope();
        var type = Use(instructions);
        using var generator = new Generator(5);
        var (x, weight, bias) = Some(type, 2, 32, 3, 3, 3, 18, 10, generator);
        var expected = Ordinary.conv3d(x.to(float64), weight, bias.to(type), 1, 0, null);
        Assert.InRange(Apart(expected, Native.conv3d(x, weight, bias, 1, 0, null)), 1e-8, Rounding(type));

        var leaf = weight.clone().requires_grad_();
        var recorded = Native.conv3d(x, leaf, bias, 1, 0, null);
        Assert.True(recorded.eq(Ordinary.conv3d(x, weight, bias, 1, 0, null)).all().ToBoolean());
        recorded.sum().backward();
        Assert.NotNull(leaf.grad);
    }

    // Each cell shown as 2 x 2, and each frame twice or not; kernels of three frames and one; an edge of zeros and a mirrored one; axes of a single cell and frame.
    [Theory]
    [InlineData(2, 32, 64, 3, 4, 8, 8, true)]
    [InlineData(1, 64, 32, 3, 3, 5, 7, false)]
    [InlineData(1, 32, 32, 3, 1, 3, 2, false)]
    [InlineData(1, 32, 32, 1, 2, 16, 32, false)]
    [InlineData(2, 32, 40, 3, 1, 4, 20, true)]
    [InlineData(1, 32, 32, 3, 6, 1, 1, true)]
    public void Conv3dRepeated_Native_EqualsRepeatingAndConvolving(int batch, int inputs, int outputs, int taps, int t, int h, int w, bool temporal)
    {
        using var scope = NewDisposeScope();
        var type = Use(Instructions.Avx512BFloat16);
        using var generator = new Generator(5);
        var (x, weight, bias) = Some(type, batch, inputs, outputs, taps, t, h, w, generator);
        var points = Native.conv3d_repeated_points(weight, temporal);
        Assert.NotNull(points);
        foreach (var mirrored in new[] { true, false })
        {
            var large = Repeated(Repeated(Repeated(x.to(float64), 2, temporal ? 2 : 1, taps / 2, mirrored), 3, 2, 1, mirrored), 4, 2, 1, mirrored);
            var expected = Ordinary.conv3d(large, weight, bias.to(type), 0, 0, null);
            var actual = Native.conv3d_repeated(x, points, bias, temporal, mirrored);
            Assert.Equal(expected.shape, actual.shape);
            Assert.InRange(Apart(expected, actual), 1e-8, Rounding(type));
            Assert.True(Native.conv3d_repeated(x.narrow(0, batch - 1, 1), points, bias, temporal, mirrored).eq(actual.narrow(0, batch - 1, 1)).all().ToBoolean(), "a clip alone");
        }
    }

    [Fact]
    public void Conv3dRepeated_WhereThereAreNoFilters_SaysSo()
    {
        using var scope = NewDisposeScope();
        Assert.Null(Ordinary.conv3d_repeated_points(zeros([32, 32, 3, 3, 3]), true));
        Assert.Throws<NotSupportedException>(() => Ordinary.conv3d_repeated(zeros([1]), zeros([1]), null, true, true));
        Assert.Null(Native.conv3d_repeated_points(zeros([32, 31, 3, 3, 3]), true));
        Assert.Null(Native.conv3d_repeated_points(zeros([32, 32, 1, 3, 3]), true));
        Use(Instructions.Avx512BFloat16);
        var points = Native.conv3d_repeated_points(zeros([32, 32, 3, 3, 3]), true)!;
        Assert.Contains("what conv3d_repeated_points makes", Assert.ThrowsAny<Exception>(() => Native.conv3d_repeated(zeros([1, 32, 2, 4, 4], bfloat16), points, null, false, true)).Message, StringComparison.Ordinal);
        Use(Instructions.Avx2);
        Assert.Null(Native.conv3d_repeated_points(zeros([32, 32, 3, 3, 3]), true));
    }

    // Too few channels, an odd number of cells, kernels of one or five cells: the library's, with weights in any type.
    [Theory]
    [InlineData(3, 32, 3, 3, 8)]
    [InlineData(48, 32, 3, 3, 8)]
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
    [Theory]
    [InlineData(Instructions.Avx2)]
    [InlineData(Instructions.Avx512)]
    [InlineData(Instructions.Avx512BFloat16)]
    public void Conv3d_Winograd_ClipDoesNotDependOnItsNeighbours(Instructions instructions)
    {
        using var scope = NewDisposeScope();
        var type = Use(instructions);
        using var generator = new Generator(5);
        var (x, weight, bias) = Some(type, 5, 32, 32, 3, 7, 10, 12, generator);
        var together = Native.conv3d(x, weight, bias, 1, 1, null);
        ByThreads(
            [1, 2, 5],
            () => Native.conv3d(x.narrow(0, 3, 1), weight, bias, 1, 1, null),
            (alone, count) => Assert.True(alone.eq(together.narrow(0, 3, 1)).all().ToBoolean(), $"{count} threads"));
    }

    // A training step is the same on any number of threads.
    [Theory]
    [InlineData(Instructions.Avx2)]
    [InlineData(Instructions.Avx512)]
    [InlineData(Instructions.Avx512BFloat16)]
    public void Conv3d_WinogradsGradient_DoesNotDependOnTheThreads(Instructions instructions)
    {
        using var scope = NewDisposeScope();
        var type = Use(instructions);
        using var generator = new Generator(5);
        var (x, weight, bias) = Some(type, 2, 32, 96, 3, 5, 10, 12, generator);
        Tensor? first = null;
        ByThreads(
            [1, 2, 5, 12],
            () =>
            {
                var leaf = weight.clone().requires_grad_();
                Native.conv3d(x, leaf, bias, 1, 1, null).to(float32).pow(2).sum().backward();
                return leaf.grad!;
            },
            (gradient, count) => Assert.True(gradient.eq(first ??= gradient).all().ToBoolean(), $"{count} threads"));
    }

    [Fact]
    public void Conv3d_WhatDoesNotFit_IsRefusedWithWords()
    {
        using var scope = NewDisposeScope();
        var (x, weight) = (zeros([1, 32, 2, 4, 4], bfloat16), zeros([32, 32, 3, 3, 3]));
        Assert.Contains("expected clips", Assert.ThrowsAny<Exception>(() => Native.conv3d(x, zeros([32, 31, 3, 3, 3]), null, 1, 1, null)).Message, StringComparison.Ordinal);
        Assert.Contains("and a bias [O]", Assert.ThrowsAny<Exception>(() => Native.conv3d(x, weight, zeros([31]), 1, 1, null)).Message, StringComparison.Ordinal);
        Assert.Null(Native.conv3d_points(zeros([32, 31, 3, 3, 3])));
        Use(Instructions.Avx512BFloat16);
        Assert.Contains("what conv3d_points makes", Assert.ThrowsAny<Exception>(() => Native.conv3d(x, weight, null, 1, 1, zeros([2], bfloat16))).Message, StringComparison.Ordinal);
    }

    // An axis with each place shown several times, and then an edge, mirrored at the outermost place, or zeros.
    private static Tensor Repeated(Tensor x, int axis, int times, int edge, bool mirrored)
    {
        var size = x.size(axis) * times;
        var places = Enumerable.Range(-edge, (int)size + (2 * edge)).Select(place => size == 1 ? 0 : size - 1 - Math.Abs(size - 1 - Math.Abs(place))).ToArray();
        var large = x.index_select(axis, tensor(places.Select(place => place / times).ToArray()));
        return mirrored || edge == 0 ? large : cat([zeros_like(large.narrow(axis, 0, 1)), large.narrow(axis, 1, size), zeros_like(large.narrow(axis, 0, 1))], axis);
    }

    private static void ByThreads(int[] counts, Func<Tensor> compute, Action<Tensor, int> check)
    {
        var before = get_num_threads();
        try
        {
            foreach (var count in counts)
            {
                set_num_threads(count);
                check(compute(), count);
            }
        }
        finally
        {
            set_num_threads(before);
        }
    }

    // As they are after a swish, and filters as they start.
    private static (Tensor X, Tensor Weight, Tensor Bias) Some(ScalarType type, int batch, int inputs, int outputs, int taps, int t, int h, int w, Generator generator) => (
        nn.functional.silu(randn([batch, inputs, t, h, w], generator: generator)).to(type),
        randn([outputs, inputs, taps, 3, 3], generator: generator) / Math.Sqrt(9 * inputs * taps),
        randn([outputs], generator: generator));

    // bfloat16 is rounded at the points too, where the library rounds the weight alone: to 0.004 instead of 0.002, half a unit in its last place.
    private static double Rounding(ScalarType type) => type == bfloat16 ? 0.006 : 2e-6;

    private static double Apart(Tensor exact, Tensor other) => ((exact - other.to(float64)).norm() / exact.norm()).ToDouble();
}
