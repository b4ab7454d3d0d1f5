using Magvit.Infrastructure.Media;

namespace Magvit.Testing;

/// <summary>A small data set with classes that a network learns in seconds: <c>fall</c>, <c>grow</c> and <c>slide</c>, one bright shape on a dark ground.</summary>
public static class MovingShapes
{
    /// <summary>The classes in alphabetical order.</summary>
    public static readonly IReadOnlyList<string> ClassNames = ["fall", "grow", "slide"];

    private const int Size = 32;

    /// <summary>Writes a folder of class folders of mp4 files.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="clipsPerClass">Clips of each class, all different, always the same.</param>
    /// <param name="frames">Frames of each clip.</param>
    public static async Task WriteAsync(string folder, int clipsPerClass, int frames = 20)
    {
        var clips = ClassNames.SelectMany(name => Enumerable.Range(0, clipsPerClass).Select(i => (Class: name, Index: i)));
        await Parallel.ForEachAsync(clips, async (clip, token) =>
        {
            var classFolder = Path.Combine(folder, clip.Class);
            Directory.CreateDirectory(classFolder);
            var random = new Random(ClassNames.ToList().IndexOf(clip.Class) * 1000 + clip.Index);
            await VideoWriter.WriteMp4Async(Draw(clip.Class, frames, random), Path.Combine(classFolder, $"{clip.Index:d2}.mp4"), null, token);
        });
    }

    /// <summary>One clip.</summary>
    public static VideoFrames Draw(string className, int frames, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var rgb = new byte[frames * Size * Size * 3];
        var colour = Enumerable.Range(0, 3).Select(_ => (byte)random.Next(120, 256)).ToArray();
        var ground = (byte)random.Next(0, 50);
        var (x0, y0, radius) = (random.Next(8, 24), random.Next(8, 24), random.Next(4, 8));
        for (var t = 0; t < frames; t++)
        {
            var along = Size * t / 16;
            var (x, y, r) = className switch
            {
                "fall" => (x0, (y0 + along) % Size, (double)radius),
                "grow" => (x0, y0, 2 + (12.0 * (t % 16) / 16)),
                _ => ((x0 + along) % Size, y0, radius),
            };
            for (var i = 0; i < Size * Size; i++)
            {
                var (dx, dy) = (Wrapped(i % Size, x), Wrapped(i / Size, y));
                var isInside = className == "fall" ? Math.Max(dx, dy) <= r : (dx * dx) + (dy * dy) <= r * r;
                for (var c = 0; c < 3; c++)
                {
                    rgb[(((t * Size * Size) + i) * 3) + c] = isInside ? colour[c] : ground;
                }
            }
        }

        return new VideoFrames(rgb, frames, Size, Size, 8, []);
    }

    private static int Wrapped(int a, int b) => Math.Min(Math.Abs(a - b), Size - Math.Abs(a - b));
}
