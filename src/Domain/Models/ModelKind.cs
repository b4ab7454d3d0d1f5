using System.Text.Json.Serialization;
using Magvit.Domain.Json;

namespace Magvit.Domain.Models;

/// <summary>Which networks a model folder holds.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<ModelKind>))]
public enum ModelKind
{
    /// <summary>A tokenizer alone: it reconstructs.</summary>
    Tokenizer,

    /// <summary>A transformer together with its tokenizer: it generates.</summary>
    Transformer,
}
