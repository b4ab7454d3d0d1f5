using static TorchSharp.torch;

namespace Magvit.Model.Losses;

/// <summary>Wants each latent sure of its code, and the batch to use all codes alike (spec §3; official: losses.py, entropy_loss).</summary>
public static class EntropyLoss
{
    /// <summary>mean_i H(p_i) - H(mean_i p_i) of p = softmax(affinity); between -ln K (balanced and sure) and 0 (collapsed, or unsure everywhere).</summary>
    /// <param name="affinity">[B*N, K], float32: minus the distances over the temperature.</param>
    /// <param name="hard">The official "argmax" variant, off in the paper: p is the best code alone, with the gradient of the softmax.</param>
    public static Tensor Compute(Tensor affinity, bool hard = false)
    {
        ArgumentNullException.ThrowIfNull(affinity);
        using var scope = NewDisposeScope();
        var logProbabilities = nn.functional.log_softmax(affinity, -1);
        var probabilities = logProbabilities.exp();
        if (hard)
        {
            var best = nn.functional.one_hot(affinity.detach().argmax(1), affinity.size(1)).to(probabilities.dtype);
            probabilities = probabilities + (best - probabilities).detach();
        }

        var sampleEntropy = (probabilities * logProbabilities).sum(-1).mean().neg();
        var average = probabilities.mean([0]);
        var averageEntropy = (average * (average + 1e-5).log()).sum().neg();
        return (sampleEntropy - averageEntropy).MoveToOuterDisposeScope();
    }
}
