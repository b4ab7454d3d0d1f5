namespace Magvit.Domain.Jobs;

/// <summary>News of jobs, as it comes in from all workers and web hosts.</summary>
public interface IJobProgressSource
{
    /// <summary>Listens to the jobs of a workspace.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="onProgress">
    /// Is called with the latest news of a job, for each subscription one call after the other; older news of the same job may be left out. What
    /// it throws is logged and goes no further.
    /// </param>
    /// <returns>Ends the subscription when disposed.</returns>
    IDisposable Subscribe(Guid workspaceId, Func<JobProgress, Task> onProgress);

    /// <summary>Listens to the jobs of all workspaces, to pass the news on, as a SignalR hub does.</summary>
    /// <param name="onProgress">As for <see cref="Subscribe"/>.</param>
    /// <returns>Ends the subscription when disposed.</returns>
    IDisposable SubscribeToAll(Func<JobProgress, Task> onProgress);
}
