using System.Text.Json;
using System.Text.Json.Serialization;
using Magvit.Domain.Assets;
using Magvit.Domain.Jobs;
using Magvit.Domain.Json;

namespace Magvit.Infrastructure.Jobs;

/// <summary>The payload of a progress notification, with short names: PostgreSQL allows 7,999 bytes and copies each to every listener.</summary>
internal sealed record JobNews(
    [property: JsonPropertyName("j")] Guid JobId,
    [property: JsonPropertyName("w")] Guid WorkspaceId,
    [property: JsonPropertyName("s")] JobState State,
    [property: JsonPropertyName("n")] int Step,
    [property: JsonPropertyName("t")] int Steps,
    [property: JsonPropertyName("p")] ContentHash? PreviewHash)
{
    public static JobNews Parse(string payload)
        => JsonSerializer.Deserialize<JobNews>(payload, PlatformJson.Compact) ?? throw new JsonException("The notification is null.");

    public JobProgress ToProgress() => new(JobId, WorkspaceId, State, Step, Steps, PreviewHash, QueuePosition: null);
}
