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

    private static double Difference(Tensor a, Tensor b) => (a - b).abs().max().ToDouble();
}
