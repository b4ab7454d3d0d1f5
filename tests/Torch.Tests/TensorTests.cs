using Xunit;
using static TorchSharp.torch;

namespace Magvit.Torch.Tests;

public class TensorTests
{
    [Fact]
    public void Matmul_SmallMatrices_EqualsHandComputation()
    {
        using var a = tensor(new float[] { 1, 2, 3, 4 }, [2, 2]);
        using var b = tensor(new float[] { 5, 6, 7, 8 }, [2, 2]);
        using var product = a.matmul(b);
        Assert.Equal([19f, 22f, 43f, 50f], product.data<float>().ToArray());
    }

    [Fact]
    public void Operator_WrongShapes_ThrowsWithOperatorNameAndReason()
    {
        using var a = ones([2, 3]);
        using var b = ones([2, 3]);
        var exception = Assert.Throws<TorchException>(() => a.mm(b));
        Assert.Contains("mm", exception.Message, StringComparison.Ordinal);
        Assert.Contains("2x3", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Use_AfterDispose_Throws()
    {
        var a = ones([2]);
        a.Dispose();
        Assert.Throws<ObjectDisposedException>(() => a.add(1));
    }

    [Fact]
    public void Index_RangesAndSingles_SelectsAsPyTorchDoes()
    {
        using var scope = NewDisposeScope();
        var x = arange(24).view(2, 3, 4);
        Assert.Equal([13L, 17L, 21L], x[1, TensorIndex.Colon, 1].data<long>().ToArray());
        Assert.Equal([3L, 7L, 11L], x[0, TensorIndex.Ellipsis, 3].contiguous().data<long>().ToArray());
        Assert.Equal([8L, 9L, 10L, 11L], x[0, 2..].view(-1).data<long>().ToArray());
    }

    [Fact]
    public void SetIndex_Slice_ChangesOnlyThatSlice()
    {
        using var scope = NewDisposeScope();
        var x = zeros([2, 3]);
        x[TensorIndex.Colon, 1] = ones([2]);
        Assert.Equal([0f, 1f, 0f, 0f, 1f, 0f], x.data<float>().ToArray());
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Int64)]
    public void To_OtherTypeAndBack_KeepsSmallIntegers(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { -2, 0, 1, 64 });
        var converted = x.to(type);
        Assert.Equal(type, converted.dtype);
        Assert.Equal(x.data<float>().ToArray(), converted.to(float32).data<float>().ToArray());
    }

    [Fact]
    public void Generator_SameSeed_SameNumbersAndStateRestores()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var state = generator.get_state();
        var first = rand([5], generator: generator).data<float>().ToArray();
        generator.set_state(state);
        Assert.Equal(first, rand([5], generator: generator).data<float>().ToArray());
        Assert.Equal(first, rand([5], generator: new Generator(7)).data<float>().ToArray());
        Assert.NotEqual(first, rand([5], generator: generator).data<float>().ToArray());
    }

    [Fact]
    public void Sort_Descending_ReturnsValuesAndPlaces()
    {
        using var scope = NewDisposeScope();
        var (values, places) = tensor(new float[] { 2, 9, 4 }).sort(descending: true);
        Assert.Equal([9f, 4f, 2f], values.data<float>().ToArray());
        Assert.Equal([1L, 2L, 0L], places.data<long>().ToArray());
    }
}
