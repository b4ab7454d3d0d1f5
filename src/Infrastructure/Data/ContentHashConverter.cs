using Magvit.Domain.Assets;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Magvit.Infrastructure.Data;

/// <summary>Stores a hash as its digits.</summary>
internal sealed class ContentHashConverter() : ValueConverter<ContentHash, string>(hash => hash.Value, text => ContentHash.Parse(text));
