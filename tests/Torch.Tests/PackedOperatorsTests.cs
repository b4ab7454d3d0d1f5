using TorchSharp.Extensions;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Torch.Tests;

/// <summary>Products of packed weights mean what ordinary operators mean, by every set of instructions that this processor has.</summary>
[Collection(nameof(ProcessorTests))]
public sealed class PackedOperatorsTests : ProcessorTests
{
    private static readonly OrdinaryOperators Ordinary = new();
    private static readonly NativeOperators Native = new();

    // Fewer rows and columns than a tile has, exactly as many, and rests of both; the shapes of demo-64.
    public static TheoryData<Instructions, int, int, int> Products()
    {
        var data = new TheoryData<Instructions, int, int, int>();
        foreach (var instructions in new[] { Instructions.Avx2, Instructions.Avx512, Instructions.Avx512BFloat16 })
        {
            data.Add(instructions, 1, 2, 1);
            data.Add(instructions, 6, 64, 64);
            data.Add(instructions, 7, 30, 65);
            data.Add(instructions, 257, 96, 1000);
            data.Add(instructions, 258, 256, 1024);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void PackedLinear_Native_EqualsOrdinaryOperators(Instructions instructions, int rows, int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        var type = Use(instructions);
        using var generator = new Generator(5);
        var (x, w, bias) = (randn([rows, inputs], generator: generator).to(type), Weight(outputs, inputs, generator).to(type), randn([outputs], generator: generator));
        var packed = Native.pack(w, bytes: false);
        foreach (var (gelu, full) in new[] { (false, true), (true, true), (false, false), (true, false) })
        {
            // float64 sums for what is exact; the type of the result is rounded to once, at the end.
            var exact = Ordinary.packed_linear(x.to(float64), w.to(float64), bias.to(float64), outputs, gelu, full: true);
            var actual = Native.packed_linear(x, packed, bias, outputs, gelu, full);
            Assert.Equal(full ? float32 : type, actual.dtype);
            AssertClose(exact, actual, full || type == float32 ? 1e-5 : 0.004);
        }

        AssertClose(Ordinary.packed_linear(x.to(float64), w.to(float64), null, outputs, gelu: false, full: true),
            Native.packed_linear(x.view(1, rows, inputs), packed, null, outputs, gelu: false, full: true).view(rows, outputs), 1e-5);

        // A float32 factor is rounded to the weights' type on the way.
        AssertClose(Native.packed_linear(x, packed, bias, outputs, gelu: false, full: true), Native.packed_linear(x.to(float32), packed, bias, outputs, gelu: false, full: true), 0);
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void PackedLinearAddNorm_Native_EqualsOrdinaryOperators(Instructions instructions, int rows, int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        var type = Use(instructions);
        using var generator = new Generator(5);
        var (x, w, bias) = (randn([rows, inputs], generator: generator).to(type), Weight(outputs, inputs, generator).to(type), randn([outputs], generator: generator));
        var (residual, weight, offset) = (randn([rows, outputs], generator: generator), randn([outputs], generator: generator), randn([outputs], generator: generator));
        Tensor Norm(IFusedOperators operators, Tensor packed, ScalarType to) =>
            operators.packed_linear_add_norm(x.to(to), packed, bias.to(to), residual.to(to), weight.to(to), offset.to(to), 1e-6);

        var actual = Native.packed_linear_add_norm(x, Native.pack(w, bytes: false), bias, residual, weight, offset, 1e-6);

        // One number alone has no deviation, and a norm of it is its rounding.
        AssertClose(Norm(Ordinary, w.to(float64), float64), actual, outputs == 1 ? 1e-3 : 2e-5);
    }

    [Theory]
    [InlineData(Instructions.Avx2, 1, 5, 2, 8, 0)]
    [InlineData(Instructions.Avx2, 3, 70, 3, 20, 30)]
    [InlineData(Instructions.Avx512, 1, 5, 2, 8, 0)]
    [InlineData(Instructions.Avx512, 2, 258, 4, 64, 0)]
    [InlineData(Instructions.Avx512BFloat16, 1, 5, 2, 8, 0)]
    [InlineData(Instructions.Avx512BFloat16, 3, 71, 3, 20, 30)]
    [InlineData(Instructions.Avx512BFloat16, 2, 258, 4, 64, 0)]
    [InlineData(Instructions.Avx512BFloat16, 1, 130, 1, 80, 3)]
    public void PackedAttention_Native_EqualsOrdinaryOperators(Instructions instructions, int batch, int length, int heads, int depth, int more)
    {
        using var scope = NewDisposeScope();
        var type = Use(instructions);
        using var generator = new Generator(5);
        var qkv = (randn([(batch * length) + more, 3 * heads * depth], generator: generator) * 2).to(type);

        var mixed = Native.packed_attention(qkv, heads, batch, length);

        // Powers of e are rounded to the type before the values are mixed by them: not further off than ordinary operators, which round scores too.
        Assert.Equal(type, mixed.dtype);
        var exact = Ordinary.packed_attention(qkv.to(float64), heads, batch, length);
        AssertClose(exact, mixed, type == float32 ? 2e-5 : 2 * Apart(exact, Ordinary.packed_attention(qkv, heads, batch, length)));
        Assert.Equal(0, mixed.narrow(0, batch * length, more).abs().sum().ToDouble());
    }

    // Sums of bytes are exact: what is left is the rounding of both factors, computed here once more.
    [Theory]
    [InlineData(3, 4, 5)]
    [InlineData(7, 36, 65)]
    [InlineData(257, 256, 1000)]
    public void PackedLinear_Bytes_IsTheProductOfTheRoundedFactors(int rows, int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        UseBytes();
        using var generator = new Generator(5);
        var (x, w, bias) = (randn([rows, inputs], generator: generator) + 0.7, Weight(outputs, inputs, generator), randn([outputs], generator: generator));
        x.narrow(0, 0, 1).fill_(3);                                  // a row without a range

        var actual = Native.packed_linear(x, Native.pack(w, bytes: true), bias, outputs, gelu: false, full: true);

        var low = x.to(float64).amin([1], keepdim: true);
        var step = (x.to(float64).amax([1], keepdim: true) - low) / 255;
        var rounded = (((x.to(float64) - low) / step.clamp(1e-30)).round() * step) + low;
        var exact = rounded.matmul(Ordinary.pack(w, bytes: true).to(float64).t()) + bias.to(float64);
        AssertClose(exact, actual, 3e-3);                            // float32 and float64 round a number between two steps to different ones now and then
        var apart = (actual.to(float64) - exact).abs().mean().ToDouble();
        Assert.InRange(apart, 0, 2e-5);

        // Against what is not rounded at all: less than a hundredth.
        var plain = Ordinary.packed_linear(x.to(float64), w.to(float64), bias.to(float64), outputs, gelu: false, full: true);
        Assert.InRange(((actual.to(float64) - plain).norm() / plain.norm()).ToDouble(), 0, 0.01);
    }

    [Fact]
    public void PackedLinear_Bytes_HasGeluNormAndClipsOfTheirOwn()
    {
        using var scope = NewDisposeScope();
        UseBytes();
        using var generator = new Generator(5);
        var (x, w, bias) = (randn([41, 64], generator: generator), Weight(96, 64, generator), randn([96], generator: generator));
        var packed = Native.pack(w, bytes: true);
        var y = Native.packed_linear(x, packed, bias, 96, gelu: false, full: true);

        AssertClose(Ordinary.gelu_tanh(y.to(float64)), Native.packed_linear(x, packed, bias, 96, gelu: true, full: true), 1e-5);
        var (residual, weight, offset) = (randn([41, 96], generator: generator), randn([96], generator: generator), randn([96], generator: generator));
        AssertClose(nn.functional.layer_norm(residual + y, [96L], weight, offset, 1e-6), Native.packed_linear_add_norm(x, packed, bias, residual, weight, offset, 1e-6), 2e-5);
        Assert.True(Native.packed_linear(x.narrow(0, 13, 5).contiguous(), packed, bias, 96, gelu: false, full: true).eq(y.narrow(0, 13, 5)).all().ToBoolean());
        if (Native.packs(bfloat16, CPU))
        {
            AssertClose(y, Native.packed_linear(x, packed, bias, 96, gelu: false, full: false), 0.004);
            Assert.InRange(Apart(y.to(float64), Native.packed_linear(x.to(bfloat16), packed, bias, 96, gelu: false, full: true)), 0, 0.05);
        }
    }

    // What batching rests on: whatever stands beside a clip, its numbers are the same to the last bit.
    [Theory]
    [InlineData(Instructions.Avx2)]
    [InlineData(Instructions.Avx512)]
    [InlineData(Instructions.Avx512BFloat16)]
    public void Packed_ClipsBeside_ChangeNoBit(Instructions instructions)
    {
        using var scope = NewDisposeScope();
        var type = Use(instructions);
        using var generator = new Generator(5);
        const int Length = 37, Width = 48;
        var qkv = Native.pack(Weight(3 * Width, Width, generator).to(type), bytes: false);
        var mlp = Native.pack(Weight(Width, Width, generator).to(type), bytes: false);
        var (bias, weight, none) = (randn([3 * Width], generator: generator), ones([Width]), zeros([Width]));
        Tensor Layer(Tensor x, int batch)
        {
            var mixed = Native.packed_attention(Native.packed_linear(x, qkv, bias, 3 * Width, gelu: false, full: false), 3, batch, Length);
            return Native.packed_linear_add_norm(mixed, mlp, none, x, weight, none, 1e-6);
        }

        var clips = randn([11 * Length, Width], generator: generator);
        var together = Layer(clips, 11);
        for (var i = 0; i < 11; i++)
        {
            Assert.True(Layer(clips.narrow(0, i * Length, Length).contiguous(), 1).eq(together.narrow(0, i * Length, Length)).all().ToBoolean(), $"clip {i}");
        }
    }

    // Built without OpenMP they would run on one, and nothing else would tell.
    [Fact]
    public void Threads_OfOurOperators_AreThoseOfTheLibrary()
    {
        var before = get_num_threads();
        try
        {
            set_num_threads(2);
            Assert.Equal(2, NativeOperators.Threads);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void Packs_NoInstructions_LeavesProductsToTheLibrary()
    {
        NativeOperators.Limit(Instructions.Library);
        Assert.False(Native.packs(bfloat16, CPU));
        Assert.False(Native.packs(float32, CPU));
        Assert.False(Native.packs(int8, CPU));
        Assert.False(Native.packs(int64, CPU));
        Use(Instructions.Avx2);
        Assert.False(Native.packs(bfloat16, CPU));
        Assert.True(Native.packs(float32, CPU));
    }

    [Fact]
    public void Packed_WhatDoesNotFit_IsRefusedWithWords()
    {
        using var scope = NewDisposeScope();
        Use(Instructions.Avx2);
        var packed = Native.pack(zeros([70, 8]), bytes: false);
        static string Refusal(Func<Tensor> call) => Assert.ThrowsAny<Exception>(call).Message;

        Assert.Contains("do not fit 70 outputs", Refusal(() => Native.packed_linear(zeros([3, 7]), packed, null, 70, gelu: false, full: true)), StringComparison.Ordinal);
        Assert.Contains("expected 70 numbers", Refusal(() => Native.packed_linear(zeros([3, 8]), packed, zeros([8]), 70, gelu: false, full: true)), StringComparison.Ordinal);
        Assert.Contains("expected a contiguous", Refusal(() => Native.packed_linear(zeros([3, 8], bfloat16), packed, null, 70, gelu: false, full: true)), StringComparison.Ordinal);
        Assert.Contains("four divides", Refusal(() => Native.pack(zeros([4, 6]), bytes: true)), StringComparison.Ordinal);
        Assert.Contains("even K", Refusal(() => Native.pack(zeros([4, 7], bfloat16), bytes: false)), StringComparison.Ordinal);
        Assert.Contains("does not fit", Refusal(() => Native.packed_attention(zeros([5, 12]), 2, 2, 3)), StringComparison.Ordinal);
        Assert.Contains("multiplies no packed weights", Refusal(() => Native.packed_linear(zeros([3, 8], bfloat16), Native.pack(zeros([70, 8], bfloat16), bytes: false), null, 70, gelu: false, full: true)), StringComparison.Ordinal);
    }

    private static void UseBytes()
    {
        NativeOperators.Limit(Instructions.Avx512BFloat16);
        Assert.SkipUnless(Native.packs(int8, CPU), "this processor multiplies no bytes");
    }

    private static Tensor Weight(int outputs, int inputs, Generator generator) => randn([outputs, inputs], generator: generator) / Math.Sqrt(inputs);

    private static double Apart(Tensor exact, Tensor other) => ((exact - other.to(float64)).abs() / exact.abs().clamp(1)).max().ToDouble();

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange(Apart(expected.to(float64), actual), 0, tolerance);
    }
}
