using System.Text;
using Magvit.Model;
using Magvit.Model.Masking;
using Magvit.Worker.Generation;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Worker.Tests.Generation;

/// <summary>A mask as the Studio stores it: one PBM picture a frame, white where the model generates.</summary>
public sealed class DrawnMaskTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    public async Task Read_BitmapPerFrame_IsTheMaskPixelForPixel(int size)
    {
        var geometry = new ClipGeometry(16, size, size, 4, 16, 16);
        var cell = size / 16;
        var folder = Directory.CreateTempSubdirectory("magvit-mask-");
        try
        {
            var path = Path.Combine(folder.FullName, "mask");
            await File.WriteAllBytesAsync(path, Bitmaps(size, IsGenerated), CancellationToken.None);

            var input = await ClipInput.ReadAsync(GenerationTask.CustomMask, path, path, 0, 1, geometry, CancellationToken.None);

            using var clip = input.Clip;
            using var known = input.KnownPixels!;
            Assert.Equal([16, size, size], known.shape);
            var bits = known.data<bool>().ToArray();
            for (var i = 0; i < bits.Length; i++)
            {
                Assert.Equal(!IsGenerated(i / (size * size), i / size % size, i % size), bits[i]);
            }

            // Of the second token in time, rows 4 and 5 and columns 2 to 5 hold no kept pixel; the pixel drawn beside them is in a cell of kept ones.
            using var scope = NewDisposeScope();
            var tokens = new ConditionBuilder(geometry).BuildCustom(clip!, known).TokenMask.data<bool>().ToArray();
            for (var i = 0; i < tokens.Length; i++)
            {
                Assert.Equal(!(i / 256 == 1 && i / 16 % 16 is 4 or 5 && i / 256 == 1 && i % 16 is >= 2 and <= 5), tokens[i]);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        bool IsGenerated(int t, int h, int w) =>
            (t is >= 4 and < 8 && h >= 4 * cell && h < 6 * cell && w >= 2 * cell && w < 6 * cell) || (t == 9 && h == size - 1 && w == 1);
    }

    private static byte[] Bitmaps(int size, Func<int, int, int, bool> isGenerated)
    {
        var file = new List<byte>();
        for (var t = 0; t < 16; t++)
        {
            file.AddRange(Encoding.ASCII.GetBytes($"P4\n{size} {size}\n"));
            for (var i = 0; i < size * size / 8; i++)
            {
                var bits = 0;
                for (var bit = 0; bit < 8; bit++)
                {
                    bits = (bits << 1) | (isGenerated(t, i * 8 / size, (i * 8 % size) + bit) ? 0 : 1);
                }

                file.Add((byte)bits);
            }
        }

        return [.. file];
    }
}
