using System.Text.Json.Serialization;
using Magvit.Domain.Json;

namespace Magvit.Domain.Jobs;

/// <summary>Where a job stands.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>It waits for a worker.</summary>
    Queued,

    /// <summary>A worker has it.</summary>
    Running,

    /// <summary>It is done and has its outputs.</summary>
    Succeeded,

    /// <summary>It was tried as often as it may be; the reason is on the job.</summary>
    Failed,

    /// <summary>A user did not want it any more.</summary>
    Cancelled,
}
