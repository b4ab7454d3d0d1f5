using Magvit.Model.Checkpoints;
using Magvit.Model.Training;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Training;

/// <summary>Clips of a bright square that crosses a dark ground, 4 frames of 8x8 pixels: something that can be learned.</summary>
internal static class ShapeClips
{
    private const int Frames = 4;
    private const int Side = 8;

    /// <summary>As many clips as asked, each with a path and a colour of its own, through a cache file in the folder.</summary>
    public static ClipDataset Make(string folder, int count)
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(folder, "shapes.safetensors");
        SafeTensors.Write(path, Enumerable.Range(0, count).ToDictionary(i => $"{(i % 2 == 0 ? "across" : "down")}/{i}", Clip));
        return ClipDataset.Load(path);
    }

    private static Tensor Clip(int index)
    {
        var pixels = new byte[Frames * Side * Side * 3];
        Array.Fill(pixels, (byte)40);
        for (var t = 0; t < Frames; t++)
        {
            var (top, left) = index % 2 == 0 ? (index % 5, t) : (t, index % 5);
            for (var i = 0; i < 3 * 3; i++)
            {
                var at = ((t * Side + top + i / 3) * Side + left + i % 3) * 3;
                (pixels[at], pixels[at + 1], pixels[at + 2]) = ((byte)(230 - 20 * index), (byte)(60 + 20 * index), 128);
            }
        }

        return tensor(pixels, [Frames, Side, Side, 3]);
    }
}
