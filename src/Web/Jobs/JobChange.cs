using Magvit.Domain.Jobs;
using Magvit.Web.Api;

namespace Magvit.Web.Jobs;

/// <summary>News of a job for clients of the hub.</summary>
public sealed record JobChange(Guid Id, JobState State, int Step, int Steps, int? QueuePosition, string? PreviewUrl)
{
    public static JobChange Of(JobProgress news) => new(
        news.JobId, news.State, news.Step, news.Steps, news.QueuePosition, news.PreviewHash is { } hash ? AssetUrls.Preview(hash.Value) : null);
}
