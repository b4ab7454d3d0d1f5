using static TorchSharp.torch;

namespace Magvit.Model.Metrics;

/// <summary>exp(mean KL(p(y|x) || p(y))): high when each clip has one clear class and all classes occur (spec §10.3).</summary>
public static class InceptionScore
{
    /// <summary>The score, from 1 to the number of classes.</summary>
    /// <param name="logits">[n, classes], before the softmax.</param>
    public static double Compute(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.ndim != 2 || logits.size(0) < 1)
        {
            throw new ArgumentException($"logits: expected [n, classes], got [{string.Join(", ", logits.shape)}]", nameof(logits));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var logConditional = nn.functional.log_softmax(logits.cpu().to(float64), 1);
        var conditional = logConditional.exp();
        var logMarginal = conditional.mean([0]).clamp(min: 1e-300).log();
        return Math.Exp((conditional * (logConditional - logMarginal)).sum(1).mean().ToDouble());
    }
}
