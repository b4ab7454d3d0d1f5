using static TorchSharp.torch;

namespace Magvit.Model.Metrics;

/// <summary>
/// |mu_r - mu_g|^2 + tr(S_r + S_g - 2 (S_r S_g)^(1/2)) of two sets of feature vectors, in float64, with unbiased covariances (spec §10.1).
/// </summary>
public static class FrechetDistance
{
    // Relative to the largest eigenvalue: what lies below is rounding, of either sign.
    private const double Rounding = 1e-10;

    /// <summary>The distance; 0 for equal sets up to rounding.</summary>
    /// <param name="real">[n, d], at least two rows, any floating type.</param>
    /// <param name="generated">[m, d], at least two rows.</param>
    /// <exception cref="ArgumentException">The widths differ, a set has fewer than two rows, or a value is not finite.</exception>
    public static double Compute(Tensor real, Tensor generated)
    {
        Check(real, nameof(real));
        Check(generated, nameof(generated));
        if (real.size(1) != generated.size(1))
        {
            throw new ArgumentException($"features: expected equal widths, got {real.size(1)} and {generated.size(1)}", nameof(generated));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var (x, muX) = Centre(real);                                              // rows scaled so that S = x^T x
        var (y, muY) = Centre(generated);
        var root = Math.Min(x.size(0), y.size(0)) < x.size(1) ? RootTraceOfSamples(x, y) : RootTraceOfCovariances(x.t().mm(x), y.t().mm(y));
        var distance = (muX - muY).square().sum().ToDouble() + x.square().sum().ToDouble() + y.square().sum().ToDouble() - 2 * root;
        return Math.Max(0, distance);
    }

    /// <summary>tr (S_r S_g)^(1/2) = tr (A S_g A)^(1/2) with A = S_r^(1/2), both roots by eigendecomposition of symmetric matrices.</summary>
    internal static double RootTraceOfCovariances(Tensor real, Tensor generated)
    {
        using var scope = NewDisposeScope();
        var (values, vectors) = linalg.eigh(real);
        var root = (vectors * Positive(values).sqrt()).mm(vectors.t());           // V diag(sqrt(lambda)) V^T
        var product = root.mm(generated).mm(root);
        var (squares, _) = linalg.eigh((product + product.t()) * 0.5);
        return Positive(squares).sqrt().sum().ToDouble();
    }

    /// <summary>
    /// The same from centred rows, for fewer samples than features: the eigenvalues of x^T x y^T y that are not 0 are those of (x y^T)(x y^T)^T, a matrix as
    /// wide as there are samples.
    /// </summary>
    internal static double RootTraceOfSamples(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        var cross = x.size(0) <= y.size(0) ? x.mm(y.t()) : y.mm(x.t());
        var (squares, _) = linalg.eigh(cross.mm(cross.t()));
        return Positive(squares).sqrt().sum().ToDouble();
    }

    private static (Tensor Rows, Tensor Mean) Centre(Tensor features)
    {
        var rows = features.cpu().to(float64);
        var mean = rows.mean([0]);
        return ((rows - mean) / Math.Sqrt(rows.size(0) - 1), mean);
    }

    private static Tensor Positive(Tensor eigenvalues) =>
        where(eigenvalues > Math.Max(eigenvalues.max().ToDouble(), 0) * Rounding * Rounding, eigenvalues, zeros_like(eigenvalues));

    private static void Check(Tensor features, string name)
    {
        ArgumentNullException.ThrowIfNull(features, name);
        if (features.ndim != 2 || features.size(0) < 2)
        {
            throw new ArgumentException($"{name}: expected [n, d] with n at least 2, got [{string.Join(", ", features.shape)}]", name);
        }

        using var scope = NewDisposeScope();
        if (!features.isfinite().all().ToBoolean())
        {
            throw new ArgumentException($"{name}: some features are not finite numbers", name);
        }
    }
}
