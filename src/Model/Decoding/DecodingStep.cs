namespace Magvit.Model.Decoding;

/// <summary>What a decoding step brought for one sample.</summary>
/// <param name="Step">Steps done, from 1.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Tokens">[N]: a guess for every position, the accepted and those that will be masked again; at the last step, the result.</param>
/// <param name="Confidence">[N]: the network's probability of each token when it was drawn; of an accepted one, in the step that accepted it; 1 where it was given.</param>
/// <param name="IsAccepted">[N]: which tokens will not change any more.</param>
public sealed record DecodingStep(int Step, int Steps, long[] Tokens, float[] Confidence, bool[] IsAccepted);
