using System.Text.Json.Serialization;
using Magvit.Domain.Json;

namespace Magvit.Domain.Groups;

/// <summary>Why several jobs belong together.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<JobGroupKind>))]
public enum JobGroupKind
{
    /// <summary>One request with one or two of its parameters varied.</summary>
    Sweep,

    /// <summary>The rows of a table.</summary>
    Batch,
}
