using static TorchSharp.torch;

namespace Magvit.Model.Losses;

/// <summary>The generator's loss and what it is made of.</summary>
/// <param name="Total">Scalar to descend on.</param>
/// <param name="Pixel">The mean squared error of pixels.</param>
/// <param name="Terms">The other terms by name, not weighted.</param>
public sealed record TokenizerLossResult(Tensor Total, double Pixel, IReadOnlyDictionary<string, double> Terms);
