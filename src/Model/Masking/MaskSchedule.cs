using System.Globalization;

namespace Magvit.Model.Masking;

/// <summary>gamma: the share of tokens that is masked, falling from 1 to 0 (spec §7; official: train_lib/mask_schedule.py). Two are equal when their names are.</summary>
public sealed record MaskSchedule
{
    private readonly Func<double, int, double> _ratio;

    private MaskSchedule(string name, Func<double, int, double> ratio) => (Name, _ratio) = (name, ratio);

    /// <summary>cos(pi r / 2), the default; masks 2/pi of the tokens on average.</summary>
    public static MaskSchedule Cosine { get; } = new("cosine", (r, _) => Math.Cos(Math.PI * r / 2));

    /// <summary>1 - r.</summary>
    public static MaskSchedule Uniform { get; } = new("uniform", (r, _) => 1 - r);

    /// <summary>1 - N^-(1 - r).</summary>
    public static MaskSchedule Exponential { get; } = new("exp", (r, tokens) => 1 - Math.Pow(tokens, -(1 - r)));

    /// <summary>-log2(r) / log2(N).</summary>
    public static MaskSchedule Logarithmic { get; } = new("log", (r, tokens) => -Math.Log2(r) / Math.Log2(tokens));

    /// <summary>The name by which it is asked for: cosine, uniform, exp, log, pow2.5, poly:-1,0,1.</summary>
    public string Name { get; }

    /// <summary>1 - r^exponent; 1 is <see cref="Uniform"/>, above 1 masks more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The exponent is not above 0.</exception>
    public static MaskSchedule Power(double exponent)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exponent);
        return new MaskSchedule(string.Create(CultureInfo.InvariantCulture, $"pow{exponent}"), (r, _) => 1 - Math.Pow(r, exponent));
    }

    /// <summary>A polynomial in r by its coefficients, the highest power first.</summary>
    public static MaskSchedule Polynomial(params IReadOnlyList<double> coefficients)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        return new MaskSchedule(
            "poly:" + string.Join(',', coefficients.Select(c => c.ToString(CultureInfo.InvariantCulture))),
            (r, _) => coefficients.Aggregate(0.0, (sum, c) => sum * r + c));
    }

    /// <summary>The masked share at progress <paramref name="r"/> in [0, 1], clipped to [1e-6, 1].</summary>
    /// <param name="r">Progress, 0 to 1.</param>
    /// <param name="tokens">N, which the exponential and the logarithmic schedule need.</param>
    public double MaskRatio(double r, int tokens) => Math.Clamp(_ratio(r, tokens), 1e-6, 1);

    /// <summary>Whether the other has the same name.</summary>
    public bool Equals(MaskSchedule? other) => other?.Name == Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
