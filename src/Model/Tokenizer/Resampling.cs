using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>Changes of resolution that have no parameters.</summary>
public static class Resampling
{
    /// <summary>Average pooling by (2 or 1, 2, 2) (spec §2.1, Down); never averaged in half precision, for which some devices lack the operator.</summary>
    public static Tensor Down(Tensor x, bool temporal)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = NewDisposeScope();
        return nn.functional.avg_pool3d(x.AtLeastFloat32(), [temporal ? 2 : 1, 2, 2]).to(x.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Average pooling by 2 on all axes with TensorFlow's SAME rule (spec §4.1): an odd axis keeps its last cell, which averages what there is,
    /// so an axis of size 1 stays.
    /// </summary>
    public static Tensor DownSame(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = NewDisposeScope();
        // The operator refuses a window longer than the axis.
        long[] window = [Math.Min(2, x.size(2)), Math.Min(2, x.size(3)), Math.Min(2, x.size(4))];
        return nn.functional.avg_pool3d(x.AtLeastFloat32(), window, ceil_mode: true).to(x.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Pixel repetition by (2 or 1, 2, 2) (spec §2.1, Up without its convolution), exact in every type.</summary>
    public static Tensor Up(Tensor x, bool temporal)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = NewDisposeScope();
        var (b, c, t, h, w) = (x.size(0), x.size(1), x.size(2), x.size(3), x.size(4));
        var k = temporal ? 2 : 1;
        return x.view(b, c, t, 1, h, 1, w, 1).expand(b, c, t, k, h, 2, w, 2).reshape(b, c, t * k, h * 2, w * 2).MoveToOuterDisposeScope();
    }

    /// <summary>[B, C, T, H, W] to [B, C*p^3, T/p, H/p, W/p]: each cube of p^3 pixels becomes channels.</summary>
    public static Tensor SpaceToDepth(Tensor x, int p) => SpaceToDepth(x, new TokenBlock(p, p, p));

    /// <summary>[B, C, T, H, W] to [B, C*t*h*w, T/t, H/h, W/w]: each block of t x h x w cells becomes channels.</summary>
    public static Tensor SpaceToDepth(Tensor x, TokenBlock block)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = NewDisposeScope();
        var (pt, ph, pw) = block;
        var (b, c, t, h, w) = (x.size(0), x.size(1), x.size(2) / pt, x.size(3) / ph, x.size(4) / pw);
        return x.view(b, c, t, pt, h, ph, w, pw).permute(0, 1, 3, 5, 7, 2, 4, 6).reshape(b, c * block.Volume, t, h, w).MoveToOuterDisposeScope();
    }

    /// <summary>The inverse of <see cref="SpaceToDepth(Tensor, int)"/>.</summary>
    public static Tensor DepthToSpace(Tensor x, int p) => DepthToSpace(x, new TokenBlock(p, p, p));

    /// <summary>The inverse of <see cref="SpaceToDepth(Tensor, TokenBlock)"/>.</summary>
    public static Tensor DepthToSpace(Tensor x, TokenBlock block)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = NewDisposeScope();
        var (pt, ph, pw) = block;
        var (b, c, t, h, w) = (x.size(0), x.size(1) / block.Volume, x.size(2), x.size(3), x.size(4));
        return x.view(b, c, pt, ph, pw, t, h, w).permute(0, 1, 5, 2, 6, 3, 7, 4).reshape(b, c, t * pt, h * ph, w * pw).MoveToOuterDisposeScope();
    }
}
