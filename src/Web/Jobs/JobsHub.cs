using Magvit.Domain.Jobs;
using Magvit.Web.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Magvit.Web.Jobs;

/// <summary>Live progress for programs and other pages: watch one job, or all jobs of the caller's workspace.</summary>
[Authorize(Policies.Viewer)]
internal sealed class JobsHub(IJobQueue jobs) : Hub<IJobsClient>
{
    public static string JobGroup(Guid jobId) => $"job:{jobId}";

    public static string WorkspaceGroup(Guid workspaceId) => $"workspace:{workspaceId}";

    /// <summary>Begins to tell about a job of the caller's workspace.</summary>
    /// <returns>Where the job stands now.</returns>
    /// <exception cref="HubException">The workspace has no such job.</exception>
    public async Task<JobChange> WatchJob(Guid jobId)
    {
        var job = await jobs.FindAsync(Context.User!.ToActor().WorkspaceId, jobId, Context.ConnectionAborted)
            ?? throw new HubException("There is no job with this id in your workspace.");
        await Groups.AddToGroupAsync(Context.ConnectionId, JobGroup(jobId), Context.ConnectionAborted);
        return JobChange.Of(new JobProgress(job.Id, job.WorkspaceId, job.State, job.Step, job.Steps, job.PreviewHash, null));
    }

    public Task UnwatchJob(Guid jobId) => Groups.RemoveFromGroupAsync(Context.ConnectionId, JobGroup(jobId), Context.ConnectionAborted);

    /// <summary>Begins to tell about every job of the caller's workspace.</summary>
    public Task WatchWorkspace() =>
        Groups.AddToGroupAsync(Context.ConnectionId, WorkspaceGroup(Context.User!.ToActor().WorkspaceId), Context.ConnectionAborted);

    public Task UnwatchWorkspace() =>
        Groups.RemoveFromGroupAsync(Context.ConnectionId, WorkspaceGroup(Context.User!.ToActor().WorkspaceId), Context.ConnectionAborted);
}
