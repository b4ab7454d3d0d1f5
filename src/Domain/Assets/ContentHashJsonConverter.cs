using System.Text.Json;
using System.Text.Json.Serialization;

namespace Magvit.Domain.Assets;

/// <summary>Writes a <see cref="ContentHash"/> as its digits.</summary>
public sealed class ContentHashJsonConverter : JsonConverter<ContentHash>
{
    /// <inheritdoc/>
    public override ContentHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => ContentHash.TryParse(reader.GetString(), out var hash)
            ? hash
            : throw new JsonException($"A content hash has {ContentHash.Length} hexadecimal digits.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ContentHash value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
