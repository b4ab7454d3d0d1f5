using System.Text.Json.Serialization;
using Magvit.Domain.Json;

namespace Magvit.Domain.Workers;

/// <summary>What a worker is doing.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<WorkerState>))]
public enum WorkerState
{
    /// <summary>It waits for jobs.</summary>
    Idle,

    /// <summary>It runs at least one job.</summary>
    Busy,

    /// <summary>It went off in order.</summary>
    Stopped,

    /// <summary>It went silent; its jobs were taken over.</summary>
    Lost,
}
