using Magvit.Model.Tokenizer;
using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>What a network made of one micro-batch.</summary>
/// <param name="Loss">Scalar to descend on.</param>
/// <param name="Values">Further figures for the report, by name.</param>
internal sealed record TrainingStep(Tensor Loss, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>Completes the backward pass of blocks that did not keep their activations.</summary>
    public ActivationRecomputation? Recomputation { get; init; }

    /// <summary>Adds the gradients of the loss, divided by the number of micro-batches, to those of the parameters.</summary>
    public void Backward(int microBatches)
    {
        (microBatches == 1 ? Loss : Loss / microBatches).backward();
        Recomputation?.Backward();
    }
}
