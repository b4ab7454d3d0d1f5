using Magvit.Model.Masking;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Masking;

public class CommitMaskingTests
{
    private const long Mask = 999;

    // Spec §15.7: all hidden gives MASK outside the condition region and z~ inside it.
    [Fact]
    public void Hide_All_ShowsConditionTokensInsideAndMaskOutside()
    {
        using var scope = NewDisposeScope();
        var (z, condition, tokenMask) = Sample();
        var input = CommitMasking.Hide(new CommitTokens(z, condition, tokenMask, Mask), ConditionMode.Commit, [64, 64], rand([2, 64]));
        Assert.True(input.Tokens.eq(where(tokenMask, condition, full_like(z, Mask))).all().ToBoolean());
        Assert.True(input.IsCondition.eq(tokenMask).all().ToBoolean());
        Assert.True(input.IsMasked.all().ToBoolean());
    }

    [Fact]
    public void Hide_One_ChangesAtMostOneTokenPerSample()
    {
        using var scope = NewDisposeScope();
        var (z, condition, tokenMask) = Sample();
        var input = CommitMasking.Hide(new CommitTokens(z, condition, tokenMask, Mask), ConditionMode.Commit, [1, 1], rand([2, 64]));
        Assert.Equal([1L, 1L], input.IsMasked.sum(1).data<long>().ToArray());
        Assert.True(input.Tokens.ne(z).sum(1).le(1).all().ToBoolean());
    }

    [Fact]
    public void Hide_DifferentCounts_HidesThatManyInEachSample()
    {
        using var scope = NewDisposeScope();
        var (z, condition, tokenMask) = Sample();
        Assert.Equal([10L, 33L], CommitMasking.Hide(new CommitTokens(z, condition, tokenMask, Mask), ConditionMode.Commit, [10, 33], rand([2, 64])).IsMasked.sum(1).data<long>().ToArray());
    }

    // Spec §15.10: the cosine schedule masks 2/pi of the tokens on average.
    [Fact]
    public void MaskRatio_CosineOverUniformDraws_AveragesTwoOverPi()
    {
        var mean = Enumerable.Range(0, 100_000).Average(i => MaskSchedule.Cosine.MaskRatio((i + 0.5) / 100_000, 1024));
        Assert.Equal(2 / Math.PI, mean, 1e-4);
    }

    private static (Tensor Z, Tensor Condition, Tensor TokenMask) Sample() =>
        (randint(0, 400, [2, 64]), randint(400, 900, [2, 64]), rand([2, 64]).lt(0.5));
}
