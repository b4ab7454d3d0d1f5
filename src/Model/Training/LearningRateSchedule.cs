namespace Magvit.Model.Training;

/// <summary>Linear warm-up, then one cosine to zero (spec §4.3).</summary>
/// <param name="Peak">The rate at the end of the warm-up.</param>
/// <param name="WarmupSteps">Wu; 0 starts at the peak.</param>
/// <param name="TotalSteps">S, where the rate reaches zero.</param>
public sealed record LearningRateSchedule(double Peak, int WarmupSteps, int TotalSteps)
{
    /// <summary>The rate of a step, counted from 0.</summary>
    public double At(int step)
    {
        var warmup = WarmupSteps == 0 ? 1 : Math.Min(1, (double)step / WarmupSteps);
        var progress = Math.Clamp((double)Math.Max(0, step - WarmupSteps) / Math.Max(1, TotalSteps - WarmupSteps), 0, 1);
        return Peak * warmup * 0.5 * (1 + Math.Cos(Math.PI * progress));
    }
}
