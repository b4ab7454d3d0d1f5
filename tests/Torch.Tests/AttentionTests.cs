using Xunit;
using static TorchSharp.torch;

namespace Magvit.Torch.Tests;

public sealed class AttentionTests
{
    private const int Queries = 300;   // two whole blocks of queries and a part of one

    public enum Masking
    {
        None,
        Keys,
        Queries,
        Added,
    }

    // Without gradients the queries go through in blocks, with them all at once.
    [Theory]
    [InlineData(ScalarType.Float32, Masking.None)]
    [InlineData(ScalarType.Float32, Masking.Keys)]
    [InlineData(ScalarType.Float32, Masking.Queries)]
    [InlineData(ScalarType.Float32, Masking.Added)]
    [InlineData(ScalarType.BFloat16, Masking.None)]
    [InlineData(ScalarType.BFloat16, Masking.Queries)]
    public void ScaledDotProductAttention_InBlocksOfQueries_EqualsAllAtOnce(ScalarType type, Masking masking)
    {
        using var scope = NewDisposeScope();
        // As a layer hands them over: heads apart from each other in memory.
        var parts = randn([2, Queries, 3, 4, 16]).to(type).permute(2, 0, 3, 1, 4).unbind(0);
        var mask = Mask(masking);

        var whole = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], mask);
        using var _ = no_grad();
        var blocks = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], mask);

        Assert.Equal(whole.shape, blocks.shape);
        Assert.Equal(type, blocks.dtype);
        Assert.InRange((whole.to(float32) - blocks.to(float32)).abs().max().ToDouble(), 0, type == ScalarType.Float32 ? 1e-6 : 0.01);
    }

    [Fact]
    public void ScaledDotProductAttention_OneKeyStandsOut_GivesItsValue()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var query = ones([1, 1, Queries, 4]) * 20;
        var key = cat([ones([1, 1, 1, 4]) * 20, ones([1, 1, 6, 4]) * -20], 2);
        var value = arange(7, float32).view(1, 1, 7, 1).expand(1, 1, 7, 3);

        var mixed = nn.functional.scaled_dot_product_attention(query, key, value);

        Assert.Equal([1L, 1, Queries, 3], mixed.shape);
        Assert.InRange(mixed.abs().max().ToDouble(), 0, 1e-6);
    }

    private static Tensor? Mask(Masking masking) => masking switch
    {
        Masking.Keys => arange(Queries).lt(200).view(1, 1, 1, -1),
        Masking.Queries => arange(Queries).view(1, 1, 1, -1).le(arange(Queries).view(1, 1, -1, 1)),
        Masking.Added => randn([1, 1, Queries, Queries]),
        _ => null,
    };
}
