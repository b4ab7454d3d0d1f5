using static TorchSharp.torch;

namespace Magvit.Model.Masking;

/// <summary>Random drawn-like masks to train the custom-mask task: boxes that stand or move, time ranges, and their unions.</summary>
public static class RandomMasks
{
    /// <summary>A mask bool [T, H, W], true where the clip is kept; at least one frame's worth of pixels is unknown.</summary>
    public static Tensor Draw(ClipGeometry geometry, Random random)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        ArgumentNullException.ThrowIfNull(random);
        var known = Enumerable.Repeat(true, geometry.Frames * geometry.Height * geometry.Width).ToArray();
        var shapes = random.Next(1, 4);
        for (var i = 0; i < shapes; i++)
        {
            EraseMovingBox(known, geometry, random);
        }

        if (random.Next(2) == 0)
        {
            // Keep only what lies outside instead: the shapes become the footage that is given.
            for (var i = 0; i < known.Length; i++)
            {
                known[i] = !known[i];
            }
        }

        if (random.Next(3) == 0)
        {
            var from = random.Next(geometry.Frames);
            var length = random.Next(1, geometry.Frames);
            Erase(known, geometry, (t, _, _) => t >= from && t < from + length);
        }

        return tensor(known, [geometry.Frames, geometry.Height, geometry.Width]);
    }

    private static void EraseMovingBox(bool[] known, ClipGeometry g, Random random)
    {
        var (height, width) = (random.Next(g.Height / 8, g.Height), random.Next(g.Width / 8, g.Width));
        var (row0, row1) = (random.Next(-height / 2, g.Height - height / 2), random.Next(-height / 2, g.Height - height / 2));
        var (column0, column1) = (random.Next(-width / 2, g.Width - width / 2), random.Next(-width / 2, g.Width - width / 2));
        var still = random.Next(2) == 0;
        Erase(known, g, (t, h, w) =>
        {
            var progress = still ? 0 : (double)t / (g.Frames - 1);
            var top = row0 + (row1 - row0) * progress;
            var left = column0 + (column1 - column0) * progress;
            return h >= top && h < top + height && w >= left && w < left + width;
        });
    }

    private static void Erase(bool[] known, ClipGeometry g, Func<int, int, int, bool> inside)
    {
        for (var i = 0; i < known.Length; i++)
        {
            known[i] &= !inside(i / (g.Height * g.Width), i / g.Width % g.Height, i % g.Width);
        }
    }
}
