using System.Text.Json.Serialization;
using Magvit.Domain.Json;

namespace Magvit.Domain.Jobs;

/// <summary>How one try at a job ended.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<AttemptOutcome>))]
public enum AttemptOutcome
{
    /// <summary>It has not ended.</summary>
    Running,

    /// <summary>The result is stored.</summary>
    Succeeded,

    /// <summary>The handler failed.</summary>
    Failed,

    /// <summary>A user cancelled it.</summary>
    Cancelled,

    /// <summary>The worker was told to stop and gave the job back.</summary>
    Released,

    /// <summary>The worker vanished and the job was taken from it.</summary>
    Lost,
}
