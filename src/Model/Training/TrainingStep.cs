using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>What a network made of one batch.</summary>
/// <param name="Loss">Scalar to descend on.</param>
/// <param name="Values">Further figures for the report, by name.</param>
internal sealed record TrainingStep(Tensor Loss, IReadOnlyDictionary<string, double> Values);
