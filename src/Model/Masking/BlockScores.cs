using static TorchSharp.torch;

namespace Magvit.Model.Masking;

/// <summary>Mask scores that are alike within blocks of tokens, so that whole blocks are hidden together (spec §7; official: random_block_mask).</summary>
internal static class BlockScores
{
    // So small that it only orders tokens of one block among themselves.
    private const double TieBreak = 1e-3;

    /// <summary>float32 [B, N]: uniform scores, averaged in place over the blocks at every offset in random order, plus a little noise against ties.</summary>
    /// <exception cref="ArgumentException">The block does not divide the grid.</exception>
    public static Tensor Draw(long batch, TokenBlock block, ClipGeometry grid, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(grid);
        var (t, h, w) = (grid.LatentFrames, grid.LatentHeight, grid.LatentWidth);
        if (block.Frames < 1 || block.Rows < 1 || block.Columns < 1 || t % block.Frames != 0 || h % block.Rows != 0 || w % block.Columns != 0)
        {
            throw new ArgumentException(
                $"mask block: {block.Frames}x{block.Rows}x{block.Columns} does not divide the token grid {t}x{h}x{w}", nameof(block));
        }

        using var scope = NewDisposeScope();
        var scores = rand([batch, t, h, w], generator: generator);
        var (pt, ph, pw) = (block.Frames - 1, block.Rows - 1, block.Columns - 1);
        if (pt + ph + pw > 0)
        {
            scores = nn.functional.pad(scores, [pw, pw, ph, ph, pt, pt], PaddingModes.Replicate);
            foreach (var offset in randperm((long)block.Frames * block.Rows * block.Columns, generator: generator).data<long>().ToArray())
            {
                Average(scores.narrow(1, offset / (block.Rows * block.Columns), t)
                    .narrow(2, offset / block.Columns % block.Rows, h).narrow(3, offset % block.Columns, w), block);
            }

            scores = scores.narrow(1, pt, t).narrow(2, ph, h).narrow(3, pw, w) + rand([batch, t, h, w], generator: generator) * TieBreak;
        }

        return scores.reshape(batch, -1).MoveToOuterDisposeScope();
    }

    private static void Average(Tensor window, TokenBlock block)
    {
        var (b, t, h, w) = (window.size(0), window.size(1), window.size(2), window.size(3));
        long[] grouped = [b, t / block.Frames, block.Frames, h / block.Rows, block.Rows, w / block.Columns, block.Columns];
        window.copy_(window.reshape(grouped).mean([2, 4, 6], keepdim: true).expand(grouped).reshape(b, t, h, w));
    }
}
