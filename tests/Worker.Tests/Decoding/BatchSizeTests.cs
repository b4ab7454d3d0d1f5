using Magvit.Worker.Decoding;
using Xunit;

namespace Magvit.Worker.Tests.Decoding;

/// <summary>How many samples share a step, by how long steps take.</summary>
public sealed class BatchSizeTests
{
    // Milliseconds of a step: what it takes whatever is in it, and what each sample adds. A GPU, a small and a large model on a CPU.
    [Theory]
    [InlineData(10, 0.1, 64)]
    [InlineData(2, 6, 8)]
    [InlineData(0, 265, 1)]
    public void Took_StepsOfADevice_SettlesAtWhatFillsAStep(double perStep, double perSample, int expected)
    {
        var size = new BatchSize(64, TimeSpan.FromMilliseconds(50));
        var sizes = Run(size, 12, n => perStep + (perSample * n));

        Assert.Equal(4, sizes[0]);
        Assert.InRange(size.Samples, expected - 1, expected);
        Assert.All(sizes.Zip(sizes.Skip(1)), pair => Assert.True(pair.Second <= 2 * pair.First, "it grew faster than twofold"));
    }

    // The first step loads libraries; later ones show what it really takes.
    [Fact]
    public void Took_SlowFirstStep_IsForgotten()
    {
        var size = new BatchSize(64, TimeSpan.FromMilliseconds(50));
        size.Took(4, TimeSpan.FromSeconds(2));
        Assert.Equal(1, size.Samples);
        Run(size, 8, n => 5 * n);
        Assert.Equal(10, size.Samples);
    }

    [Fact]
    public void Took_MachineGetsBusy_HoldsLessAfterAWhileAndAHiccupChangesLittle()
    {
        var size = new BatchSize(64, TimeSpan.FromMilliseconds(50));
        Run(size, 8, n => 5 * n);
        size.Took(10, TimeSpan.FromSeconds(3));
        Assert.Equal(9, size.Samples);
        Run(size, 20, n => 20 * n);
        Assert.Equal(2, size.Samples);
    }

    [Fact]
    public void Halve_OutOfMemory_StaysBelowForGood()
    {
        var size = new BatchSize(64, TimeSpan.FromMilliseconds(50));
        Run(size, 8, _ => 1);
        Assert.Equal(64, size.Samples);
        size.Halve(48);
        Run(size, 8, _ => 1);
        Assert.Equal(24, size.Samples);
        size.Halve(1);
        Assert.Equal(1, size.Samples);
    }

    private static List<int> Run(BatchSize size, int steps, Func<int, double> milliseconds)
    {
        var sizes = new List<int>();
        for (var i = 0; i < steps; i++)
        {
            sizes.Add(size.Samples);
            size.Took(size.Samples, TimeSpan.FromMilliseconds(milliseconds(size.Samples)));
        }

        return sizes;
    }
}
