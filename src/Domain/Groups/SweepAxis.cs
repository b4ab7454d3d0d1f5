using System.Globalization;
using Magvit.Domain.Generation;

namespace Magvit.Domain.Groups;

/// <summary>One side of a sweep's grid.</summary>
/// <param name="Parameter">What is varied.</param>
/// <param name="Values">Its values, as people write them, in the order of the grid.</param>
public sealed record SweepAxis(SweepParameter Parameter, IReadOnlyList<string> Values)
{
    /// <summary>The most values of one side.</summary>
    public const int MaxValues = 16;

    /// <summary>Reads a list of values as people write it: <c>2, 4.5, 8</c>, and for whole numbers also <c>1-6</c>.</summary>
    /// <param name="parameter">What is varied.</param>
    /// <param name="text">The list.</param>
    /// <returns>The axis; its values are checked when the sweep is made.</returns>
    public static SweepAxis Parse(SweepParameter parameter, string text)
    {
        var values = text.Split([',', ';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new SweepAxis(parameter, [.. values.SelectMany(value => parameter is SweepParameter.Seed or SweepParameter.Steps ? Range(value) : [value]).Distinct()]);
    }

    /// <summary>The request with one of the values.</summary>
    /// <param name="request">The request.</param>
    /// <param name="value">The value.</param>
    /// <returns>The changed request; <see langword="null"/> when the value is none of this parameter. Its range is checked with the request.</returns>
    public GenerationRequest? Apply(GenerationRequest request, string value) => Parameter switch
    {
        SweepParameter.Seed => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? request with { Seed = seed } : null,
        SweepParameter.Steps => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var steps) ? request with { Steps = steps } : null,
        SweepParameter.Temperature => Number(value) is { } temperature ? request with { Temperature = temperature } : null,
        SweepParameter.Guidance => Number(value) is { } guidance ? request with { Guidance = guidance } : null,
        SweepParameter.Schedule => request with { Schedule = value },
        SweepParameter.ClassName => request with { ClassName = value },
        _ => null,
    };

    private static double? Number(string value)
        => double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IEnumerable<string> Range(string value)
    {
        var ends = value.Split('-');
        if (ends.Length == 2
            && long.TryParse(ends[0], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var first)
            && long.TryParse(ends[1], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var last)
            && first <= last && last - first < 1000)
        {
            for (var number = first; number <= last; number++)
            {
                yield return number.ToString(CultureInfo.InvariantCulture);
            }
        }
        else
        {
            yield return value;
        }
    }
}
