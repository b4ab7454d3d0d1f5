using TorchSharp.Extensions;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Torch.Tests;

/// <summary>A linear layer that is trained means what the ordinary one means, with its gradients, by every set of instructions and where it is the library's.</summary>
[Collection(nameof(ProcessorTests))]
public sealed class LinearTests : ProcessorTests
{
    private static readonly OrdinaryOperators Ordinary = new();
    private static readonly NativeOperators Native = new();

    // Rows, features in and out: one of each, an odd row, rests of tiles and panels, more rows than are summed at a time, more outputs than one thread's part, demo-64's.
    public static TheoryData<Instructions, int, int, int> Shapes()
    {
        var data = new TheoryData<Instructions, int, int, int>();
        foreach (var instructions in new[] { Instructions.Avx512, Instructions.Avx512BFloat16 })
        {
            data.Add(instructions, 1, 2, 2);
            data.Add(instructions, 7, 30, 66);
            data.Add(instructions, 64, 64, 6);
            data.Add(instructions, 1203, 40, 74);
            data.Add(instructions, 130, 66, 400);
            data.Add(instructions, 258, 256, 1000);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Linear_Ours_EqualsOrdinaryOperators(Instructions instructions, int rows, int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        var type = Use(instructions);
        var (x, weight, bias) = Some(type, rows, inputs, outputs);
        foreach (var added in new[] { bias, null })
        {
            var exact = Ordinary.linear(x.to(float64), weight.to(type), added);
            var actual = Native.linear(x, weight, added);
            Assert.Equal((rows, outputs, type), ((int)actual.size(0), (int)actual.size(1), actual.dtype));
            Assert.InRange(Apart(exact, actual), 0, Rounding(type));
            Assert.True(Native.linear(x.view(1, rows, inputs), weight, added).view(rows, outputs).eq(actual).all().ToBoolean());
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Linear_Ours_HasTheGradientsOfOrdinaryOperators(Instructions instructions, int rows, int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        var type = Use(instructions);
        var (x, weight, bias) = Some(type, rows, inputs, outputs);
        using var generator = new Generator(6);
        var slopes = (randn([rows, outputs], generator: generator) + 0.5).to(type);
        Tensor[] Gradients(IFusedOperators operators, ScalarType precision)
        {
            Tensor[] leaves = [x.to(precision).clone().requires_grad_(), weight.to(type).to(float32).clone().requires_grad_(), bias.clone().requires_grad_()];
            (operators.linear(leaves[0], leaves[1], leaves[2]).to(float64) * slopes.to(float64)).sum().backward();
            return [.. leaves.Select(leaf => leaf.grad!)];
        }

        // Only the gradient of x is rounded to the type of x.
        var (exact, native) = (Gradients(Ordinary, float64), Gradients(Native, type));
        Assert.Equal([type, float32, float32], native.Select(gradient => gradient.dtype));
        Assert.All(exact.Zip(native, [Rounding(type), 1e-5, 1e-5]), each => Assert.InRange(Apart(each.First, each.Second), 0, each.Third));
    }

    [Theory]
    [InlineData(Instructions.Avx512)]
    [InlineData(Instructions.Avx512BFloat16)]
    public void Linear_Ours_HasTheSecondGradientsOfOrdinaryOperators(Instructions instructions)
    {
        using var scope = NewDisposeScope();
        var type = Use(instructions);
        var (x, weight, bias) = Some(type, 20, 12, 10);
        Tensor[] Gradients(IFusedOperators operators, ScalarType precision)
        {
            Tensor[] leaves = [x.to(precision).clone().requires_grad_(), weight.to(type).to(float32).clone().requires_grad_()];
            var y = operators.linear(leaves[0], leaves[1], bias);
            var slope = autograd.grad([y.pow(2).sum()], [leaves[0]], retain_graph: true, create_graph: true)[0];
            slope.pow(2).sum().backward();
            return [.. leaves.Select(leaf => leaf.grad!)];
        }

        Assert.All(Gradients(Ordinary, float64).Zip(Gradients(Native, type)), pair => Assert.InRange(Apart(pair.First, pair.Second), 0, type == float32 ? 1e-5 : 0.03));
    }

    // A row is the same beside others, and a training step on any number of threads.
    [Theory]
    [InlineData(Instructions.Avx512)]
    [InlineData(Instructions.Avx512BFloat16)]
    public void Linear_Ours_DependsNeitherOnNeighboursNorOnThreads(Instructions instructions)
    {
        using var scope = NewDisposeScope();
        var type = Use(instructions);
        var (x, weight, bias) = Some(type, 1203, 40, 200);
        var before = get_num_threads();
        Tensor[]? first = null;
        try
        {
            foreach (var threads in new[] { 1, 2, 5, 12 })
            {
                set_num_threads(threads);
                Tensor[] leaves = [x.clone().requires_grad_(), weight.clone().requires_grad_(), bias.clone().requires_grad_()];
                var y = Native.linear(leaves[0], leaves[1], leaves[2]);
                y.to(float32).pow(2).sum().backward();
                Tensor[] all = [y, .. leaves.Select(leaf => leaf.grad!)];
                Assert.All(all.Zip(first ??= all), pair => Assert.True(pair.First.eq(pair.Second).all().ToBoolean(), $"{threads} threads"));
                Assert.True(Native.linear(x.narrow(0, 700, 13), weight, bias).eq(y.narrow(0, 700, 13)).all().ToBoolean(), "rows alone");
            }
        }
        finally
        {
            set_num_threads(before);
        }
    }

    // An odd number of bfloat16 features, narrow registers, no rows, float64: the library's.
    [Fact]
    public void Linear_WhatIsNotOurs_IsTheLibrarys()
    {
        using var scope = NewDisposeScope();
        void Same(Tensor x, Tensor weight, Tensor? bias) =>
            Assert.True(Native.linear(x, weight, bias).eq(Ordinary.linear(x, weight, bias)).all().ToBoolean(), $"{x.dtype}");

        var (x, weight, bias) = Some(bfloat16, 9, 7, 4);
        Same(x, weight, bias);
        Same(x.to(float64), weight, bias);
        Same(zeros([0, 7]), weight, bias);
        foreach (var instructions in new[] { Instructions.Avx2, Instructions.Library })
        {
            NativeOperators.Limit(instructions);
            Same(x.to(float32), weight, null);
        }

        var leaf = weight.clone().requires_grad_();
        Native.linear(x, leaf, bias).to(float32).sum().backward();
        Assert.NotNull(leaf.grad);
    }

    [Fact]
    public void Linear_WhatDoesNotFit_IsRefusedWithWords()
    {
        using var scope = NewDisposeScope();
        var weight = zeros([4, 6]).requires_grad_();
        foreach (var (x, bias) in new[] { (zeros([3, 5]), zeros([4])), (zeros([3, 6]), zeros([5])), (zeros([]), zeros([4])) })
        {
            Assert.Contains("expected rows", Assert.ThrowsAny<Exception>(() => Native.linear(x, weight, bias)).Message, StringComparison.Ordinal);
        }
    }

    private static (Tensor X, Tensor Weight, Tensor Bias) Some(ScalarType type, int rows, int inputs, int outputs)
    {
        using var generator = new Generator(5);
        return (randn([rows, inputs], generator: generator).to(type), randn([outputs, inputs], generator: generator), randn([outputs], generator: generator));
    }

    // Of the largest number.
    private static double Apart(Tensor expected, Tensor actual) =>
        ((expected.to(float64) - actual.to(float64)).abs().max() / expected.to(float64).abs().max()).ToDouble();

    private static double Rounding(ScalarType type) => type == bfloat16 ? 0.004 : 1e-5;
}
