using System.Globalization;

namespace Magvit.Model.Masking;

/// <summary>The mask schedules by name.</summary>
public static class MaskSchedules
{
    private const string PowerPrefix = "pow";
    private const string PolynomialPrefix = "poly:";

    /// <summary>The schedule of a name: cosine, uniform, exp, log, pow with an exponent (pow2.5), poly: with coefficients, the highest power first (poly:-1,0,1).</summary>
    /// <exception cref="ArgumentException">There is no such schedule; the message lists all.</exception>
    public static MaskSchedule Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name switch
        {
            "cosine" => MaskSchedule.Cosine,
            "uniform" => MaskSchedule.Uniform,
            "exp" => MaskSchedule.Exponential,
            "log" => MaskSchedule.Logarithmic,
            _ when name.StartsWith(PolynomialPrefix, StringComparison.Ordinal)
                && Numbers(name[PolynomialPrefix.Length..]) is { } coefficients => MaskSchedule.Polynomial(coefficients),
            _ when name.StartsWith(PowerPrefix, StringComparison.Ordinal)
                && Numbers(name[PowerPrefix.Length..]) is [> 0 and var exponent] => MaskSchedule.Power(exponent),
            _ => throw new ArgumentException(
                $"no mask schedule {name}; there are cosine, uniform, exp, log, powN such as pow2.5, poly:A,B,… such as poly:-1,0,1", nameof(name)),
        };
    }

    private static double[]? Numbers(string list)
    {
        var parts = list.Split(',');
        var numbers = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
            {
                return null;
            }
        }

        return numbers;
    }
}
