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
    [InlineData(1, 5, 2, 8)]
    [InlineData(2, 128, 1, 16)]
    [InlineData(3, 300, 3, 20)]
    public void Attention_Native_EqualsOrdinaryOperators(int batch, int length, int heads, int depth)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var width = heads * depth;
        var (qkv, bias) = (Low([batch, length, 3 * width], generator, 2), Low([3 * width], generator, 0.5));

        var mixed = Native.attention(qkv, bias, heads);

        // Scores are rounded on their way in both: not further from the exact result than ordinary operators are.
        Assert.Equal(bfloat16, mixed.dtype);
        var exact = Ordinary.attention(qkv.to(float32), bias.to(float32), heads);
        AssertClose(exact, mixed, 1.5 * Difference(exact, Ordinary.attention(qkv, bias, heads).to(float32)));
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
    public void AddNorm_Native_EqualsOrdinaryOperators()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (x, y, bias) = (randn([3, 50, 37], generator: generator), Low([3, 50, 37], generator, 1), Low([37], generator, 1));
        var (weight, offset) = (randn([37], generator: generator), randn([37], generator: generator));
        AssertClose(Ordinary.add_norm(x, y, bias, weight, offset, 1e-12), Native.add_norm(x, y, bias, weight, offset, 1e-12), 1e-5);
    }

    // A sample's clip must not depend on whose clips are decoded beside it.
    [Fact]
    public void Attention_Native_ClipDoesNotDependOnItsNeighbours()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (qkv, bias) = (Low([3, 150, 48], generator, 2), Low([48], generator, 0.5));
        var together = Native.attention(qkv, bias, 2);
        Assert.Equal(0, Difference(together.narrow(0, 1, 1), Native.attention(qkv.narrow(0, 1, 1).contiguous(), bias, 2)));
    }

    [Fact]
    public void Fused_WhatDoesNotFit_IsRefusedWithWords()
    {
        using var scope = NewDisposeScope();
        var (y, bias) = (zeros([2, 4], bfloat16), zeros([5], bfloat16));
        Assert.Contains("does not fit bias", Assert.ThrowsAny<Exception>(() => Native.bias_gelu(y, bias)).Message, StringComparison.Ordinal);
        Assert.Contains("heads", Assert.ThrowsAny<Exception>(() => Native.attention(zeros([1, 2, 9], bfloat16), zeros([9], bfloat16), 2)).Message, StringComparison.Ordinal);
        Assert.Contains("expected a contiguous", Assert.ThrowsAny<Exception>(() => Native.bias_gelu(zeros([2, 5]), bias)).Message, StringComparison.Ordinal);
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

    private static double Difference(Tensor a, Tensor b) => (a - b).abs().max().ToDouble();
}
