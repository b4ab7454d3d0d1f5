using TorchSharp.Extensions;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Torch.Tests;

/// <summary>The extras mean the same in both providers: values and gradients of the native ones are those of ordinary operators.</summary>
public class FusedOperatorsTests
{
    private static readonly OrdinaryOperators Ordinary = new();
    private static readonly NativeOperators Native = new();

    [Fact]
    public void GeluTanh_Native_EqualsOrdinaryOperators()
    {
        using var scope = NewDisposeScope();
        AssertSame(x => Ordinary.gelu_tanh(x), x => Native.gelu_tanh(x), linspace(-6, 6, 101), 1e-6);
    }

    [Fact]
    public void Embedding_Native_EqualsOrdinaryOperators()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var ids = tensor(new long[] { 0, 4, 4, 2, 1, 4 }, [2, 3]);
        AssertSame(w => Ordinary.embedding(ids, w), w => Native.embedding(ids, w), randn([5, 7], generator: generator), 1e-6);
        Assert.Equal([2, 3, 7], Native.embedding(ids, ones([5, 7])).shape);
    }

    [Fact]
    public void ChannelsLast3d_Both_KeepValuesAndChangeStrides()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var x = randn([2, 3, 4, 5, 6], generator: generator);
        AssertSame(t => Ordinary.channels_last_3d(t), t => Native.channels_last_3d(t), x, 0);
        Assert.Equal(Native.channels_last_3d(x).stride(), Ordinary.channels_last_3d(x).stride());
        Assert.NotEqual(x.stride(), Native.channels_last_3d(x).stride());
    }

    // Lengths of less than a block of queries, exactly one, and several with a rest; widths that no vector register divides.
    [Theory]
    [InlineData(1, 5, 2, 8, 0)]
    [InlineData(2, 128, 1, 16, 3)]
    [InlineData(3, 300, 3, 20, 30)]
    public void Attention_Native_EqualsOrdinaryOperators(int batch, int length, int heads, int depth, int more)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var width = heads * depth;
        var (qkv, bias) = (Low([(batch * length) + more, 3 * width], generator, 2), Low([3 * width], generator, 0.5));

        var mixed = Native.attention(qkv, bias, heads, batch, length);

        // Ours rounds scores on their way, libtorch's from 2.x on rounds less of them: the same order of distance from the exact result.
        Assert.Equal(bfloat16, mixed.dtype);
        var exact = Ordinary.attention(qkv.to(float32), bias.to(float32), heads, batch, length);
        AssertClose(exact, mixed, 2 * Difference(exact, Ordinary.attention(qkv, bias, heads, batch, length).to(float32)));
        Assert.Equal(0, mixed.narrow(0, batch * length, more).abs().sum().ToDouble());
    }

    // Bfloat16 gradients are sums of rounded numbers: not much further from the exact ones than those of ordinary operators.
    [Theory]
    [InlineData(1, 5, 2, 8, 0)]
    [InlineData(2, 128, 1, 16, 3)]
    [InlineData(3, 300, 3, 20, 30)]
    [InlineData(1, 1600, 3, 16, 0)]
    public void Attention_Native_HasTheGradientsOfOrdinaryOperators(int batch, int length, int heads, int depth, int more)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var width = heads * depth;
        var (qkv, bias) = (Low([(batch * length) + more, 3 * width], generator, 2), Low([3 * width], generator, 0.5));
        var weights = Low([(batch * length) + more, width], generator, 1);
        (Tensor Qkv, Tensor Bias) Gradients(IFusedOperators operators, ScalarType type)
        {
            var (x, b) = (qkv.to(type).clone().requires_grad_(), bias.to(type).clone().requires_grad_());
            (operators.attention(x, b, heads, batch, length).to(float32) * weights.to(float32)).sum().backward();
            return (x.grad!.to(float32), b.grad!.to(float32));
        }

        var (exact, ordinary, native) = (Gradients(Ordinary, float32), Gradients(Ordinary, bfloat16), Gradients(Native, bfloat16));

        Assert.InRange(Apart(exact.Qkv, native.Qkv), 0, 2 * Apart(exact.Qkv, ordinary.Qkv));
        Assert.InRange(Apart(exact.Bias, native.Bias), 0, Math.Max(0.02, 2 * Apart(exact.Bias, ordinary.Bias)));
        Assert.Equal(0, native.Qkv.narrow(0, batch * length, more).abs().sum().ToDouble());
    }

    [Fact]
    public void BiasGelu_Native_EqualsOrdinaryOperators()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (y, bias) = (cat([Low([40, 37], generator, 3), full([1, 37], 1000, bfloat16), full([1, 37], -1000, bfloat16)], 0), Low([37], generator, 1));
        AssertClose(Ordinary.bias_gelu(y.to(float32), bias.to(float32)), Native.bias_gelu(y, bias), 0.005);
    }

    [Fact]
    public void BiasGelu_Native_HasTheGradientsOfOrdinaryOperators()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (y, bias, weights) = (Low([4, 40, 37], generator, 3), Low([37], generator, 1), randn([4, 40, 37], generator: generator));
        (Tensor Y, Tensor Bias) Gradients(IFusedOperators operators, ScalarType type)
        {
            var (x, b) = (y.to(type).clone().requires_grad_(), bias.to(type).clone().requires_grad_());
            (operators.bias_gelu(x, b).to(float32) * weights).sum().backward();
            return (x.grad!.to(float32), b.grad!.to(float32));
        }

        var (exact, native) = (Gradients(Ordinary, float32), Gradients(Native, bfloat16));

        // Rounded on the way in and out.
        Assert.InRange(Apart(exact.Y, native.Y), 0, 0.004);
        Assert.InRange(Apart(exact.Bias, native.Bias), 0, 0.004);
    }

    [Fact]
    public void AddNorm_Native_EqualsOrdinaryOperators()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (x, y, bias) = (randn([3, 50, 37], generator: generator), Low([3, 50, 37], generator, 1), Low([37], generator, 1));
        var (weight, offset) = (randn([37], generator: generator), randn([37], generator: generator));
        AssertClose(Ordinary.add_norm(x, y, bias, weight, offset, 1e-12), Native.add_norm(x, y, bias, weight, offset, 1e-12), 1e-5);
    }

    // Uniform numbers between the steps of the cumulated probabilities, where no rounding decides.
    [Theory]
    [InlineData(2, 300, 1000)]
    [InlineData(3, 5, 7)]
    [InlineData(1, 40, 1)]
    public void Draw_Native_EqualsOrdinaryOperators(int batch, int count, int codes)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (logits, temperatures) = (randn([batch, count, codes], generator: generator) * 3 + 40, tensor(new[] { 1f, 0.7f, 3f }).narrow(0, 0, batch));
        var uniform = rand([batch, count], generator: generator);

        var (expected, actual) = (Ordinary.draw(logits, uniform, temperatures), Native.draw(logits, uniform, temperatures));

        // A sum of a thousand float32 numbers is off by some parts in a million, and one of 600 draws may fall so close to a step.
        Assert.InRange(expected.Codes.ne(actual.Codes).sum().ToInt64(), 0, batch * count / 300);
        var same = expected.Codes.eq(actual.Codes);
        Assert.InRange((expected.LogProbabilities - actual.LogProbabilities).masked_fill(same.logical_not(), 0).abs().max().ToDouble(), 0, 1e-4);
        Assert.Equal(int64, actual.Codes.dtype);
    }

    // Plain and channels innermost; no edge, an edge, axes of one cell; parts that no chunk or register divides.
    [Theory]
    [InlineData(2, 8, 3, 5, 7, 4, 1, 1)]
    [InlineData(1, 6, 1, 4, 5, 3, 1, 1)]
    [InlineData(1, 32, 4, 40, 50, 32, 0, 0)]
    [InlineData(2, 33, 5, 9, 1, 3, 1, 1)]
    [InlineData(1, 4, 6, 7, 8, 1, 2, 3)]
    public void NormSwish_Native_EqualsOrdinaryOperators(int batch, int channels, int frames, int height, int width, int groups, int edgeFrames, int edgeCells)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var x = (randn([batch, channels, frames, height, width], generator: generator) * 3 + 20).to(bfloat16);
        var (weight, bias) = (randn([channels], generator: generator), randn([channels], generator: generator));
        var expected = Ordinary.norm_swish(x.to(float32), weight, bias, groups, 1e-6, edgeFrames, edgeCells);
        Assert.Equal([batch, channels, frames + (2 * edgeFrames), height + (2 * edgeCells), width + (2 * edgeCells)], expected.shape);

        // Rounded once, at the end: half a unit of bfloat16's last place.
        AssertClose(expected, Native.norm_swish(x, weight, bias, groups, 1e-6, edgeFrames, edgeCells), 0.004);
        var last = Native.norm_swish(Native.channels_last_3d(x), weight, bias, groups, 1e-6, edgeFrames, edgeCells);
        AssertClose(expected, last, 0.004);
        Assert.Equal(Native.channels_last_3d(expected).stride(), last.stride());
    }

    [Theory]
    [InlineData(2, 8, 3, 5, 7, 4, 1, 1, false)]
    [InlineData(2, 8, 3, 5, 7, 4, 1, 1, true)]
    [InlineData(1, 6, 1, 4, 5, 3, 1, 1, false)]
    [InlineData(1, 32, 4, 40, 50, 32, 0, 0, true)]
    [InlineData(2, 33, 5, 9, 1, 3, 1, 1, true)]
    [InlineData(1, 4, 6, 7, 8, 1, 2, 3, false)]
    public void NormSwish_Native_HasTheGradientsOfOrdinaryOperators(
        int batch, int channels, int frames, int height, int width, int groups, int edgeFrames, int edgeCells, bool channelsLast)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var clip = (randn([batch, channels, frames, height, width], generator: generator) * 3 + 20).to(bfloat16);
        var (weight, bias) = (randn([channels], generator: generator), randn([channels], generator: generator));
        var slopes = randn([batch, channels, frames + (2 * edgeFrames), height + (2 * edgeCells), width + (2 * edgeCells)], generator: generator).to(bfloat16);
        Tensor[] Gradients(IFusedOperators operators, ScalarType type)
        {
            var input = (channelsLast ? Native.channels_last_3d(clip.to(type)) : clip.to(type).clone()).requires_grad_();
            Tensor[] leaves = [input, weight.clone().requires_grad_(), bias.clone().requires_grad_()];
            (operators.norm_swish(input, leaves[1], leaves[2], groups, 1e-6, edgeFrames, edgeCells).to(float32) * slopes.to(float32)).sum().backward();
            return [.. leaves.Select(leaf => leaf.grad!.to(float32))];
        }

        foreach (var (exact, native) in Gradients(Ordinary, float32).Zip(Gradients(Native, bfloat16)))
        {
            Assert.InRange(Apart(exact, native), 0, 0.006);
        }
    }

    // Nor on the number of threads.
    [Fact]
    public void NormSwish_Native_ClipDoesNotDependOnItsNeighbours()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (x, weight, bias) = (Low([3, 16, 4, 30, 40], generator, 2), randn([16], generator: generator), randn([16], generator: generator));
        var together = Native.norm_swish(x, weight, bias, 4, 1e-6, 1, 1);
        Assert.Equal(0, Difference(together.narrow(0, 1, 1), Native.norm_swish(x.narrow(0, 1, 1).contiguous(), weight, bias, 4, 1e-6, 1, 1)));
    }

    // A sample's clip must not depend on whose clips are decoded beside it.
    [Fact]
    public void Attention_Native_ClipDoesNotDependOnItsNeighbours()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (qkv, bias) = (Low([450, 48], generator, 2), Low([48], generator, 0.5));
        var together = Native.attention(qkv, bias, 2, 3, 150);
        Assert.Equal(0, Difference(together.narrow(0, 150, 150), Native.attention(qkv.narrow(0, 150, 150).contiguous(), bias, 2, 1, 150)));
    }

    [Fact]
    public void Fused_WhatDoesNotFit_IsRefusedWithWords()
    {
        using var scope = NewDisposeScope();
        var (y, bias) = (zeros([2, 4], bfloat16), zeros([5], bfloat16));
        Assert.Contains("does not fit bias", Assert.ThrowsAny<Exception>(() => Native.bias_gelu(y, bias)).Message, StringComparison.Ordinal);
        Assert.Contains("heads", Assert.ThrowsAny<Exception>(() => Native.attention(zeros([2, 9], bfloat16), zeros([9], bfloat16), 2, 1, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("expected a contiguous", Assert.ThrowsAny<Exception>(() => Native.bias_gelu(zeros([2, 5]), bias)).Message, StringComparison.Ordinal);
        var (clip, three) = (zeros([1, 3, 2, 2, 2], bfloat16), zeros([3]));
        Assert.Contains("do not fit", Assert.ThrowsAny<Exception>(() => Native.norm_swish(clip, three, three, 2, 1e-6, 0, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be mirrored", Assert.ThrowsAny<Exception>(() => Native.norm_swish(clip, three, three, 3, 1e-6, 2, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("expected a bfloat16 clip", Assert.ThrowsAny<Exception>(() => Native.norm_swish(clip.to(float32), three, three, 3, 1e-6, 0, 0)).Message, StringComparison.Ordinal);
        Assert.False(Native.fuses(float32, CPU));
        Assert.True(Native.fuses(bfloat16, CPU));
    }

    [Fact]
    public void Provider_OfThisBuild_IsNative() => Assert.IsType<NativeOperators>(FusedOperators.Provider);

    private static void AssertSame(Func<Tensor, Tensor> expected, Func<Tensor, Tensor> actual, Tensor input, double tolerance)
    {
        var (a, b) = (input.clone().requires_grad_(), input.clone().requires_grad_());
        var (x, y) = (expected(a), actual(b));
        Assert.Equal(x.shape, y.shape);
        Assert.InRange(Difference(x, y), 0, tolerance);
        (x * x).sum().backward();
        (y * y).sum().backward();
        Assert.InRange(Difference(a.grad!, b.grad!), 0, 10 * tolerance);
    }

    private static Tensor Low(long[] shape, Generator generator, double scale) => (randn(shape, generator: generator) * scale).to(bfloat16);

    // Relative to what is compared where that is large: bfloat16 has 8 bits.
    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        var apart = ((expected - actual.to(float32)).abs() / expected.abs().clamp(1)).max().ToDouble();
        Assert.InRange(apart, 0, tolerance);
    }

    private static double Apart(Tensor exact, Tensor other) => ((exact - other).norm() / exact.norm()).ToDouble();

    private static double Difference(Tensor a, Tensor b) => (a - b).abs().max().ToDouble();
}
