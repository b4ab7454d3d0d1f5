using Magvit.Model.Losses;
using Magvit.Model.Masking;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Specification;

/// <summary>Spec §15.7: what the network sees in training, and what counts.</summary>
public class Test07CommitInput
{
    private const long Mask = 999;
    private const int Count = 64;

    // A constant schedule: the same share for every draw.
    private static readonly MaskSchedule Everything = MaskSchedule.Polynomial(1);
    private static readonly MaskSchedule Least = MaskSchedule.Polynomial(0);

    [Fact]
    public void Apply_RatioOne_IsConditionTokensInsideAndMaskOutside()
    {
        using var scope = NewDisposeScope();
        var sample = Sample(4);
        var input = CommitMasking.Apply(sample, ConditionMode.Commit, Everything, new Generator(1));
        Assert.True(input.Tokens.eq(where(sample.TokenMask, sample.ConditionTokens, full_like(sample.Tokens, Mask))).all().ToBoolean());
        Assert.True(input.IsMasked.all().ToBoolean());
        Assert.True(input.IsCondition.eq(sample.TokenMask).all().ToBoolean());
    }

    [Fact]
    public void Apply_TinyRatio_ChangesAtMostOneTokenOfEachSample()
    {
        using var scope = NewDisposeScope();
        var sample = Sample(8);
        var input = CommitMasking.Apply(sample, ConditionMode.Commit, Least, new Generator(1));
        Assert.Equal(Enumerable.Repeat(1L, 8), input.IsMasked.sum(1).data<long>().ToArray());
        Assert.True(input.Tokens.ne(sample.Tokens).sum(1).le(1).all().ToBoolean());
    }

    [Fact]
    public void Hide_DifferentCounts_HidesThatManyInEachSample()
    {
        using var scope = NewDisposeScope();
        var input = CommitMasking.Hide(Sample(2), ConditionMode.Commit, [10, 33], rand([2, Count]));
        Assert.Equal([10L, 33L], input.IsMasked.sum(1).data<long>().ToArray());
    }

    [Fact]
    public void Apply_Cosine_DrawsARatioForEachSample()
    {
        using var scope = NewDisposeScope();
        var counts = CommitMasking.Apply(Sample(32), ConditionMode.Commit, MaskSchedule.Cosine, new Generator(5)).IsMasked.sum(1).data<long>().ToArray();
        Assert.True(counts.Distinct().Count() > 10);
        Assert.All(counts, n => Assert.InRange(n, 1, Count));
    }

    // Reconstructed tokens carry gradient by default and none when only the hidden ones count; condition tokens likewise.
    [Theory]
    [InlineData("mask+refine+recons", true, true, true)]
    [InlineData("mask+recons", true, false, true)]
    [InlineData("mask+refine", true, true, false)]
    [InlineData("mask", true, false, false)]
    public void Loss_EachWeightMode_CountsItsRolesAlone(string mode, bool mask, bool refine, bool reconstruct)
    {
        using var scope = NewDisposeScope();
        var input = CommitMasking.Hide(Sample(2), ConditionMode.Commit, [20, 40], rand([2, Count]));
        var logits = randn([2, Count, 10]).requires_grad_();
        MaskedTokenLoss.Compute(logits, randint(0, 10, [2, Count]), input.Weights(TokenRoleNames.Parse(mode))).backward();
        var counts = logits.grad!.abs().sum(-1).gt(0);
        Assert.Equal(mask, counts.masked_select(input.IsMasked.logical_and(input.IsCondition.logical_not())).all().ToBoolean());
        Assert.Equal(refine, counts.masked_select(input.IsCondition).any().ToBoolean());
        Assert.Equal(reconstruct, counts.masked_select(input.IsMasked.logical_not()).any().ToBoolean());
    }

    // MaskGIT's way, Tab. 5: the condition is pasted, never masked, never counted; the share is of the rest.
    [Fact]
    public void Apply_LatentMasking_NeverTouchesTheCondition()
    {
        using var scope = NewDisposeScope();
        var sample = Sample(4);
        var input = CommitMasking.Apply(sample, ConditionMode.LatentMasking, Everything, new Generator(2));
        Assert.True(input.Tokens.eq(where(sample.TokenMask, sample.ConditionTokens, full_like(sample.Tokens, Mask))).all().ToBoolean());
        Assert.True(input.IsMasked.eq(sample.TokenMask.logical_not()).all().ToBoolean());
        Assert.True(input.Weights(TokenRoles.All)!.eq(sample.TokenMask.logical_not().to(float32)).all().ToBoolean());
        var half = CommitMasking.Apply(sample, ConditionMode.LatentMasking, MaskSchedule.Polynomial(0.5), new Generator(2));
        Assert.Equal(sample.TokenMask.logical_not().sum(1).data<long>().ToArray().Select(n => n / 2), half.IsMasked.sum(1).data<long>().ToArray());
    }

    [Fact]
    public void Apply_LatentMaskingWithNothingToMask_LosesNothing()
    {
        using var scope = NewDisposeScope();
        var sample = Sample(2) with { TokenMask = ones([2, Count], ScalarType.Bool) };
        var input = CommitMasking.Apply(sample, ConditionMode.LatentMasking, MaskSchedule.Cosine, new Generator(2));
        Assert.Equal(0, MaskedTokenLoss.Compute(randn([2, Count, 10]), randint(0, 10, [2, Count]), input.Weights(TokenRoles.All)).ToDouble());
    }

    [Fact]
    public void Apply_Prefix_KeepsTheConditionOutOfTheGrid()
    {
        using var scope = NewDisposeScope();
        var sample = Sample(4);
        var input = CommitMasking.Apply(sample, ConditionMode.Prefix, Everything, new Generator(3));
        Assert.True(input.Tokens.eq(Mask).all().ToBoolean());
        Assert.False(input.IsCondition.any().ToBoolean());
    }

    // Neighbours within a block share their fate far more often than tokens do by chance.
    [Fact]
    public void ApplyBlocks_TwoByTwo_MasksWholeBlocksTogether()
    {
        using var scope = NewDisposeScope();
        var grid = new ClipGeometry(16, 128, 128, 4, 16, 16);
        var tokens = new CommitTokens(zeros([16, 1024], int64), zeros([16, 1024], int64), zeros([16, 1024], ScalarType.Bool), Mask);
        double Agreement(TokenBlock block)
        {
            var masked = CommitMasking.ApplyBlocks(tokens, ConditionMode.Commit, MaskSchedule.Polynomial(0.5), block, grid, new Generator(4)).IsMasked;
            Assert.Equal(Enumerable.Repeat(512L, 16), masked.sum(1).data<long>().ToArray());
            var rows = masked.view(16, 4, 16, 16);
            return rows.narrow(3, 0, 15).eq(rows.narrow(3, 1, 15)).to(float32).mean().ToDouble();
        }

        Assert.Equal(0.5, Agreement(TokenBlock.One), 0.05);
        Assert.True(Agreement(new TokenBlock(1, 4, 4)) > 0.7);
        Assert.Contains("does not divide", Assert.Throws<ArgumentException>(() => Agreement(new TokenBlock(3, 1, 1))).Message, StringComparison.Ordinal);
    }

    private static CommitTokens Sample(int batch) =>
        new(randint(0, 400, [batch, Count]), randint(400, 900, [batch, Count]), rand([batch, Count]).lt(0.5), Mask);
}
