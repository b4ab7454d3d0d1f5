using Magvit.Model.Training;
using Xunit;

namespace Magvit.Model.Tests.Specification;

/// <summary>Spec §15.10: learning rate and mask ratio at their landmarks.</summary>
public class Test10Schedule
{
    [Fact]
    public void LearningRate_StartWarmUpEnd_IsZeroPeakZero()
    {
        var schedule = new LearningRateSchedule(1e-4, WarmupSteps: 74, TotalSteps: 37_000);   // UCF-101 B
        Assert.Equal(0, schedule.At(0));
        Assert.Equal(1e-4, schedule.At(74), 1e-12);
        Assert.Equal(0, schedule.At(37_000), 1e-12);
        Assert.Equal(0.5e-4, schedule.At(37), 1e-12);                                          // half-way up, a straight line
        Assert.Equal(0.5e-4, schedule.At((37_000 + 74) / 2), 1e-12);                           // half-way down, a cosine
    }

    [Fact]
    public void LearningRate_NoWarmUp_BeginsAtThePeak() => Assert.Equal(1e-4, new LearningRateSchedule(1e-4, 0, 100).At(0), 1e-12);
}
