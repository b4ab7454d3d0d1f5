using System.Text.Json.Serialization;
using Magvit.Domain.Json;

namespace Magvit.Domain.Groups;

/// <summary>What a sweep varies.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<SweepParameter>))]
public enum SweepParameter
{
    /// <summary>The seed.</summary>
    Seed,

    /// <summary>The number of decoding steps.</summary>
    Steps,

    /// <summary>The choice temperature.</summary>
    Temperature,

    /// <summary>The weight of guidance.</summary>
    Guidance,

    /// <summary>The mask schedule.</summary>
    Schedule,

    /// <summary>The class.</summary>
    ClassName,
}
