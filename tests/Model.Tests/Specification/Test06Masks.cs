using Magvit.Model.Masking;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Specification;

/// <summary>Spec §15.6: every row of §9's table, pixel by pixel and token by token, at both sizes; the table is written down here a second time.</summary>
public class Test06Masks
{
    private static readonly int[] Window128 = [0, 4, 9, 13, 17, 21, 26, 30, 34, 38, 43, 47, 51, 55, 60, 64];
    private static readonly int[] Window64 = [0, 2, 4, 6, 9, 11, 13, 15, 17, 19, 21, 23, 26, 28, 30, 32];
    private static readonly int[] TokenWindow = [0, 3, 5, 8];

    public static TheoryData<GenerationTask, int> Rows => new(
        from task in GenerationTasks.All
        where task != GenerationTask.CustomMask
        from size in new[] { 64, 128 }
        select (task, size));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Build_EachTaskAtBothSizes_EqualsTheTable(GenerationTask task, int size)
    {
        using var scope = NewDisposeScope();
        var clip = rand([1, 3, 16, size, size]);
        var condition = new ConditionBuilder(new ClipGeometry(16, size, size, 4, 16, 16)).Build(task, clip);
        var (real, padded) = (clip.data<float>().ToArray(), condition.Clip.data<float>().ToArray());
        var (known, tokens) = (condition.KnownPixels.data<bool>().ToArray(), condition.TokenMask.data<bool>().ToArray());
        Assert.Equal([4L, 16L, 16L], condition.TokenMask.shape);
        var window = size == 128 ? Window128 : Window64;
        int Place(int c, int t, int h, int w) => ((c * 16 + t) * size + h) * size + w;
        for (var t = 0; t < 16; t++)
        {
            for (var h = 0; h < size; h++)
            {
                for (var w = 0; w < size; w++)
                {
                    Assert.Equal(Pixel(task, size, window, t, h, w), known[(t * size + h) * size + w]);
                    for (var c = 0; c < 3; c++)
                    {
                        var expected = known[(t * size + h) * size + w] ? real[Place(c, t, h, w)] : Padding(task, size, t, h, w, (f, y, x) => real[Place(c, f, y, x)]);
                        Assert.Equal(expected, padded[Place(c, t, h, w)], 1e-6f);
                    }
                }
            }
        }

        for (var i = 0; i < tokens.Length; i++)
        {
            Assert.Equal(Token(task, i / 256, i / 16 % 16, i % 16), tokens[i]);
        }
    }

    // Spec §9: masked share of pixels and of tokens.
    [Theory]
    [InlineData(GenerationTask.FramePrediction, 15.0 / 16, 0.75)]
    [InlineData(GenerationTask.FrameInterpolation, 14.0 / 16, 0.5)]
    [InlineData(GenerationTask.OutpaintCentral, 0.75, 0.75)]
    [InlineData(GenerationTask.OutpaintVertical, 0.5, 0.5)]
    [InlineData(GenerationTask.OutpaintHorizontal, 0.5, 0.5)]
    [InlineData(GenerationTask.OutpaintDynamic, 0.5, 0.5)]
    [InlineData(GenerationTask.InpaintCentral, 0.25, 0.25)]
    [InlineData(GenerationTask.InpaintDynamic, 0.25, 0.25)]
    [InlineData(GenerationTask.ClassConditional, 1, 1)]
    [InlineData(GenerationTask.ClassFramePrediction, 15.0 / 16, 0.75)]
    public void MaskedShare_EachTaskAtBothSizes_EqualsTheTable(GenerationTask task, double pixels, double tokens)
    {
        foreach (var g in new[] { new ClipGeometry(16, 64, 64, 4, 16, 16), new ClipGeometry(16, 128, 128, 4, 16, 16) })
        {
            Assert.Equal(pixels, 1 - Share((g.Frames, g.Height, g.Width), (t, h, w) => TaskRegion.IsPixelKnown(task, g, 1, t, h, w)), 9);
            Assert.Equal(tokens, 1 - Share((4, 16, 16), (t, h, w) => TaskRegion.IsTokenKnown(task, g, 1, t, h, w)), 9);
        }
    }

    // The paper's ispad rule: a token is free only if its supervoxel holds padding alone.
    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    public void BuildCustom_DrawnMasks_MakeATokenKnownByAnyPixel(int size)
    {
        using var scope = NewDisposeScope();
        var (geometry, cell) = (new ClipGeometry(16, size, size, 4, 16, 16), size / 16);
        foreach (var seed in Enumerable.Range(0, 4))
        {
            var known = RandomMasks.Draw(geometry, new Random(seed));
            var clip = rand([1, 3, 16, size, size]) + 0.1;
            var condition = new ConditionBuilder(geometry).BuildCustom(clip, known);
            var pixels = known.data<bool>().ToArray();
            var expected = new bool[1024];
            for (var i = 0; i < pixels.Length; i++)
            {
                expected[(i / (size * size) / 4 * 16 + i / size % size / cell) * 16 + i % size / cell] |= pixels[i];
            }

            Assert.Equal(expected, condition.TokenMask.reshape(-1).data<bool>().ToArray());
            Assert.True(condition.Clip.eq(where(known, clip, zeros_like(clip))).all().ToBoolean());
        }
    }

    // Spec §9, K600: the fifth frame lies in the second latent frame; the official default of one stays possible.
    [Theory]
    [InlineData(GenerationTask.FramePrediction, 5, null, new[] { true, true, false, false })]
    [InlineData(GenerationTask.FramePrediction, 5, 1, new[] { true, false, false, false })]
    [InlineData(GenerationTask.FramePrediction, 15, null, new[] { true, true, true, true })]
    [InlineData(GenerationTask.FrameInterpolation, 3, null, new[] { true, false, false, true })]
    [InlineData(GenerationTask.FrameInterpolation, 7, null, new[] { true, true, true, true })]
    public void TokenMask_SeveralGivenFrames_RoundsUpToLatentFrames(GenerationTask task, int given, int? latent, bool[] expected)
    {
        using var scope = NewDisposeScope();
        var mask = new ConditionBuilder(new ClipGeometry(16, 64, 64, 4, 16, 16)).TokenMask(task, given, latent);
        Assert.Equal(expected, mask.select(1, 3).select(1, 8).data<bool>().ToArray());
    }

    [Theory]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(32)]
    public void Build_OtherFrameCounts_KeepTheirGivenFrames(int frames)
    {
        using var scope = NewDisposeScope();
        var builder = new ConditionBuilder(new ClipGeometry(frames, 16, 16, frames / 4, 4, 4));
        var clip = rand([1, 3, frames, 16, 16]);
        var prediction = builder.Build(GenerationTask.FramePrediction, clip, 3);
        Assert.True(prediction.Clip.narrow(2, 3, frames - 3).eq(clip.narrow(2, 2, 1)).all().ToBoolean());
        var between = builder.Build(GenerationTask.FrameInterpolation, clip, 2);
        Assert.True(between.Clip.narrow(2, frames - 2, 2).eq(clip.narrow(2, frames - 2, 2)).all().ToBoolean());
        var dynamic = builder.TokenMask(GenerationTask.OutpaintDynamic);
        Assert.Equal(Enumerable.Repeat(2L, frames / 4), dynamic.select(1, 0).sum(1).data<long>().ToArray());
        Assert.True(dynamic[0, 0, 0].ToBoolean() && dynamic[frames / 4 - 1, 0, 3].ToBoolean());
    }

    [Theory]
    [InlineData(GenerationTask.FramePrediction, 0, "1 to 15")]
    [InlineData(GenerationTask.FramePrediction, 16, "1 to 15")]
    [InlineData(GenerationTask.FrameInterpolation, 8, "1 to 7")]
    public void Build_IllegalGivenFrames_SaysWhatIsAllowed(GenerationTask task, int given, string allowed)
    {
        using var scope = NewDisposeScope();
        var builder = new ConditionBuilder(new ClipGeometry(16, 16, 16, 4, 4, 4));
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => builder.Build(task, rand([1, 3, 16, 16, 16]), given));
        Assert.Contains(allowed, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recognize_EachTasksOwnRegion_GivesTheTask()
    {
        using var scope = NewDisposeScope();
        var builder = new ConditionBuilder(new ClipGeometry(16, 64, 64, 4, 16, 16));
        foreach (var task in GenerationTasks.All.Where(t => t is not (GenerationTask.CustomMask or GenerationTask.ClassFramePrediction)))
        {
            Assert.Equal((task, 1), builder.Recognize(builder.KnownPixels(task)));
        }

        Assert.Equal((GenerationTask.FramePrediction, 5), builder.Recognize(builder.KnownPixels(GenerationTask.FramePrediction, 5)));
        var odd = builder.KnownPixels(GenerationTask.OutpaintCentral);
        odd[3, 20, 20] = tensor(0L).to(ScalarType.Bool);
        Assert.Equal(GenerationTask.CustomMask, builder.Recognize(odd).Task);
    }

    private static bool Pixel(GenerationTask task, int size, int[] window, int t, int h, int w)
    {
        var (row, column, moving) = (h >= size / 4 && h < 3 * size / 4, w >= size / 4 && w < 3 * size / 4, w >= window[t] && w < window[t] + size / 2);
        return task switch
        {
            GenerationTask.FramePrediction or GenerationTask.ClassFramePrediction => t == 0,
            GenerationTask.FrameInterpolation => t is 0 or 15,
            GenerationTask.OutpaintCentral => row && column,
            GenerationTask.OutpaintVertical => column,
            GenerationTask.OutpaintHorizontal => row,
            GenerationTask.OutpaintDynamic => moving,
            GenerationTask.InpaintCentral => !row || !column,
            GenerationTask.InpaintDynamic => !row || !moving,
            _ => false,
        };
    }

    private static bool Token(GenerationTask task, int t, int h, int w)
    {
        var (row, column, moving) = (h is >= 4 and <= 11, w is >= 4 and <= 11, w >= TokenWindow[t] && w < TokenWindow[t] + 8);
        return task switch
        {
            GenerationTask.FramePrediction or GenerationTask.ClassFramePrediction => t == 0,
            GenerationTask.FrameInterpolation => t is 0 or 3,
            GenerationTask.OutpaintCentral => row && column,
            GenerationTask.OutpaintVertical => column,
            GenerationTask.OutpaintHorizontal => row,
            GenerationTask.OutpaintDynamic => moving,
            GenerationTask.InpaintCentral => !row || !column,
            GenerationTask.InpaintDynamic => !row || !moving,
            _ => false,
        };
    }

    private static float Padding(GenerationTask task, int size, int t, int h, int w, Func<int, int, int, float> real)
    {
        int Near(int place) => Math.Clamp(place, size / 4, 3 * size / 4 - 1);
        return task switch
        {
            GenerationTask.FramePrediction or GenerationTask.ClassFramePrediction => real(0, h, w),
            GenerationTask.FrameInterpolation => real(0, h, w) + (real(15, h, w) - real(0, h, w)) * t / 15,
            GenerationTask.OutpaintCentral => real(t, Near(h), Near(w)),
            GenerationTask.OutpaintVertical => real(t, h, Near(w)),
            GenerationTask.OutpaintHorizontal => real(t, Near(h), w),
            _ => 0,
        };
    }

    private static double Share((int T, int H, int W) grid, Func<int, int, int, bool> known)
    {
        var count = 0;
        for (var t = 0; t < grid.T; t++)
        {
            for (var h = 0; h < grid.H; h++)
            {
                count += Enumerable.Range(0, grid.W).Count(w => known(t, h, w));
            }
        }

        return (double)count / (grid.T * grid.H * grid.W);
    }
}
