using System.Text.Json.Serialization;
using Magvit.Domain.Json;

namespace Magvit.Domain.Jobs;

/// <summary>What a job does; each kind has one handler in the worker.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<JobKind>))]
public enum JobKind
{
    /// <summary>Makes clips.</summary>
    Generate,

    /// <summary>Trains a tokenizer or a transformer.</summary>
    Train,

    /// <summary>Measures a model.</summary>
    Evaluate,

    /// <summary>Brings media or datasets in.</summary>
    Import,

    /// <summary>Writes media or datasets out.</summary>
    Export,
}
