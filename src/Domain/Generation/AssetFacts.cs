using Magvit.Domain.Assets;

namespace Magvit.Domain.Generation;

/// <summary>What validation needs to know about an asset.</summary>
/// <param name="Kind">What it is to its users.</param>
/// <param name="Frames">The number of frames.</param>
/// <param name="Width">The width in pixels.</param>
/// <param name="Height">The height in pixels.</param>
public sealed record AssetFacts(AssetKind Kind, int Frames, int Width, int Height)
{
    /// <summary>The facts of an asset.</summary>
    /// <param name="asset">The asset.</param>
    /// <returns>Its facts.</returns>
    public static AssetFacts Of(Asset asset) => new(asset.Kind, asset.Frames, asset.Width, asset.Height);
}
