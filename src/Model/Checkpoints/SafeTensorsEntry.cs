using static TorchSharp.torch;

namespace Magvit.Model.Checkpoints;

/// <summary>Where a tensor lies in a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Position">Bytes from the start of the file.</param>
/// <param name="Length">Bytes of its data, row-major.</param>
public sealed record SafeTensorsEntry(string Name, ScalarType Type, IReadOnlyList<long> Shape, long Position, long Length);
