namespace Magvit.Model.Perceptual;

/// <summary>TensorFlow's SAME padding: as many zeros as the last window needs, the odd one after.</summary>
internal static class SamePadding
{
    /// <summary>Cells before and after an axis of <paramref name="size"/> cells.</summary>
    public static (long Before, long After) Of(long size, long kernel, long stride)
    {
        var total = Math.Max(((size + stride - 1) / stride - 1) * stride + kernel - size, 0);
        return (total / 2, total - total / 2);
    }
}
