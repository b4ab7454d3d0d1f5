using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Infrastructure.Jobs;

namespace Magvit.Web.Api;

/// <summary>A job as the API tells about it.</summary>
internal sealed record JobAnswer
{
    public required Guid Id { get; init; }

    public required JobKind Kind { get; init; }

    public required JobState State { get; init; }

    public required int Step { get; init; }

    public required int Steps { get; init; }

    /// <summary>Its place among the waiting jobs, from 1.</summary>
    public int? QueuePosition { get; init; }

    /// <summary>Seconds until it is done, as far as anything is known.</summary>
    public double? Eta { get; init; }

    public string? Error { get; init; }

    public bool CancelRequested { get; init; }

    public required int Attempt { get; init; }

    public string? PreviewUrl { get; init; }

    public required IReadOnlyList<Output> Outputs { get; init; }

    /// <summary>What was asked for, with the seed and model that were chosen.</summary>
    public GenerationRequest? Request { get; init; }

    /// <summary>The sweep or batch that it belongs to.</summary>
    public Guid? GroupId { get; init; }

    public int? GroupIndex { get; init; }

    public required Guid UserId { get; init; }

    public required string UserName { get; init; }

    public int? WorkerId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public static JobAnswer Of(JobSummary job) => new()
    {
        Id = job.Id,
        Kind = job.Kind,
        State = job.State,
        Step = job.Step,
        Steps = job.Steps,
        QueuePosition = job.QueuePosition,
        Eta = job.Eta?.TotalSeconds,
        Error = job.Error,
        CancelRequested = job.CancelRequested,
        Attempt = job.Attempt,
        PreviewUrl = job.PreviewHash is { } hash ? AssetUrls.Preview(hash.Value) : null,
        Outputs = [.. job.Outputs.Select(output => new Output(
            output.Index, output.Asset.Id, output.GalleryItemId, AssetUrls.Content(output.Asset.Id), output.StepsSha256 is null ? null : AssetUrls.Steps(job.Id, output.Index)))],
        Request = job.Request,
        GroupId = job.GroupId,
        GroupIndex = job.GroupIndex,
        UserId = job.UserId,
        UserName = job.UserName,
        WorkerId = job.WorkerId,
        CreatedAt = job.CreatedAt,
        StartedAt = job.StartedAt,
        FinishedAt = job.FinishedAt,
    };

    internal sealed record Output(int Index, Guid AssetId, Guid? GalleryItemId, string Url, string? StepsUrl);
}
