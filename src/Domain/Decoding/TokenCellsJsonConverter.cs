using System.Text.Json;
using System.Text.Json.Serialization;

namespace Magvit.Domain.Decoding;

/// <summary>Writes <see cref="TokenCells"/> as their text; reads that or an array of places.</summary>
public sealed class TokenCellsJsonConverter : JsonConverter<TokenCells>
{
    /// <inheritdoc/>
    public override TokenCells Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return TokenCells.TryParse(reader.GetString(), out var cells) ? cells : throw Unreadable();
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Unreadable();
        }

        var positions = new List<int>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var position) || position is < 0 or > TokenCells.MaxPosition)
            {
                throw Unreadable();
            }

            positions.Add(position);
        }

        return TokenCells.Of(positions);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TokenCells value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    private static JsonException Unreadable() =>
        new($"Cells are places in the token grid from 0 to {TokenCells.MaxPosition}: a text such as \"3,7-12\", or an array of numbers.");
}
