using System.Globalization;
using Magvit.Model.Decoding;
using Magvit.Model.Masking;

namespace Magvit.Worker.Ablation;

/// <summary>One way to decode the same transformer, everything else as in the paper.</summary>
/// <param name="Group">What it changes.</param>
/// <param name="Title">To what.</param>
/// <param name="Options">How.</param>
internal sealed record DecodingVariant(string Group, string Title, DecodingOptions Options)
{
    private static readonly DecodingOptions Paper = new() { SamplingTemperature = 1, Guidance = 0 };

    /// <summary>Its name in folders.</summary>
    public string Name => $"{Group.Replace(' ', '-')}-{Title}";

    /// <summary>Whether it is the paper's own way; stands in each group, and is decoded once.</summary>
    public bool IsPaper => Options == Paper;

    /// <summary>All; the paper publishes no such sweep (spec §13.4).</summary>
    public static IReadOnlyList<DecodingVariant> All { get; } =
    [
        .. from steps in new[] { 1, 4, 8, 12, 16, 24 } select Of("steps", steps, Paper with { Steps = steps }),
        .. from temperature in new[] { 0, 2, 4.5, 9, 18 } select Of("choice temperature", temperature, Paper with { ChoiceTemperature = temperature }),
        .. from temperature in new[] { 0.6, 0.8, 1 } select Of("sampling temperature", temperature, Paper with { SamplingTemperature = temperature }),
        .. from schedule in new[] { MaskSchedule.Cosine, MaskSchedule.Uniform, MaskSchedule.Power(2), MaskSchedule.Exponential, MaskSchedule.Logarithmic }
           select new DecodingVariant("schedule", schedule.Name, Paper with { Schedule = schedule }),
    ];

    private static DecodingVariant Of(string group, double value, DecodingOptions options) => new(group, value.ToString(CultureInfo.InvariantCulture), options);
}
