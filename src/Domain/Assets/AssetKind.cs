using System.Text.Json.Serialization;
using Magvit.Domain.Json;

namespace Magvit.Domain.Assets;

/// <summary>What an asset is to its users.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<AssetKind>))]
public enum AssetKind
{
    /// <summary>An uploaded video.</summary>
    Video,

    /// <summary>An uploaded image, or several that were put in a row.</summary>
    Image,

    /// <summary>The result of a job.</summary>
    Generated,

    /// <summary>A mask: white is to be generated, black is kept.</summary>
    Mask,
}
