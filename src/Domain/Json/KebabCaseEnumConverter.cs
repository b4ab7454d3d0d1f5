using System.Text.Json;
using System.Text.Json.Serialization;

namespace Magvit.Domain.Json;

/// <summary>Writes an enum as lower-case words joined by hyphens, such as <c>frame-prediction</c>, and refuses numbers.</summary>
/// <typeparam name="TEnum">The enum to write.</typeparam>
public sealed class KebabCaseEnumConverter<TEnum> : JsonStringEnumConverter<TEnum>
    where TEnum : struct, Enum
{
    /// <summary>Creates the converter.</summary>
    public KebabCaseEnumConverter()
        : base(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    {
    }
}
