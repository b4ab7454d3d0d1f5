namespace Magvit.Model.Masking;

/// <summary>The mask schedules as functions.</summary>
public static class MaskSchedules
{
    /// <summary>The masked share at progress <paramref name="r"/> in [0, 1], clipped to [1e-6, 1].</summary>
    /// <param name="schedule">Which curve.</param>
    /// <param name="r">Progress, 0 to 1.</param>
    /// <param name="tokens">N, which the exponential schedule needs.</param>
    public static double MaskRatio(this MaskSchedule schedule, double r, int tokens) => Math.Clamp(schedule switch
    {
        MaskSchedule.Cosine => Math.Cos(Math.PI * r / 2),
        MaskSchedule.Uniform => 1 - r,
        MaskSchedule.Exponential => 1 - Math.Pow(tokens, -(1 - r)),
        _ => throw new ArgumentOutOfRangeException(nameof(schedule), schedule, "unknown mask schedule"),
    }, 1e-6, 1);

    /// <summary>The schedule of a name: cosine, uniform or exp.</summary>
    /// <exception cref="ArgumentException">There is no such schedule; the message lists all.</exception>
    public static MaskSchedule Parse(string name) => name switch
    {
        "cosine" => MaskSchedule.Cosine,
        "uniform" => MaskSchedule.Uniform,
        "exp" => MaskSchedule.Exponential,
        _ => throw new ArgumentException($"no mask schedule {name}; there are cosine, uniform, exp", nameof(name)),
    };
}
