using static TorchSharp.torch;

namespace Magvit.Model.Metrics;

/// <summary>The two resize kernels that the published video networks were run with.</summary>
public static class FrameResize
{
    /// <summary>TensorFlow 1's bilinear kernel, corners not aligned and no half-pixel offset: output i reads source i * in / out (spec §10.1).</summary>
    /// <param name="frames">[…, H, W] float32.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    public static Tensor TensorFlow1(Tensor frames, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(frames);
        using var scope = NewDisposeScope();
        var columns = Along(frames, frames.ndim - 1, width);
        return Along(columns, frames.ndim - 2, height).MoveToOuterDisposeScope();
    }

    /// <summary>Bilinear with aligned corners (Chainer's): output i reads source i * (in - 1) / (out - 1) (spec §10.3).</summary>
    /// <param name="frames">[B, C, H, W] float32.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    public static Tensor AlignedCorners(Tensor frames, int height, int width) =>
        nn.functional.interpolate(frames, [height, width], mode: InterpolationMode.Bilinear, align_corners: true);

    private static Tensor Along(Tensor x, long axis, int size)
    {
        var source = x.size((int)axis);
        if (source == size)
        {
            return x.alias();
        }

        // float32 as in the original: scale first, then one product per output.
        var scale = source / (float)size;
        var lower = new long[size];
        var upper = new long[size];
        var share = new float[size];
        for (var i = 0; i < size; i++)
        {
            var position = i * scale;
            lower[i] = (long)MathF.Floor(position);
            upper[i] = Math.Min(lower[i] + 1, source - 1);
            share[i] = position - lower[i];
        }

        var shape = Enumerable.Repeat(1L, (int)x.ndim).ToArray();
        shape[axis] = size;
        var from = x.index_select(axis, tensor(lower).to(x.device));
        var to = x.index_select(axis, tensor(upper).to(x.device));
        return from + (to - from) * tensor(share, shape).to(x.device);
    }
}
