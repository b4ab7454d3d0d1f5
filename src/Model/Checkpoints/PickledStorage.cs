using static TorchSharp.torch;

namespace Magvit.Model.Checkpoints;

/// <summary>The memory of one or more tensors of a PyTorch file.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Count">How many elements.</param>
internal sealed record PickledStorage(string Key, ScalarType Type, long Count);
