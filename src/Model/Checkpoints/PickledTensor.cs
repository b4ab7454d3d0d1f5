namespace Magvit.Model.Checkpoints;

/// <summary>A tensor of a PyTorch file, before its storage is read.</summary>
/// <param name="Storage">Where its elements lie.</param>
/// <param name="Offset">Of the first element, in elements.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Stride">Elements between neighbours of each axis.</param>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, IReadOnlyList<long> Shape, IReadOnlyList<long> Stride);
