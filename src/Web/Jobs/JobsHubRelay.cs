using Magvit.Domain.Jobs;
using Microsoft.AspNetCore.SignalR;

namespace Magvit.Web.Jobs;

/// <summary>Passes news of all jobs on to the hub's groups, and remembers which previews they named.</summary>
internal sealed class JobsHubRelay(IJobProgressSource source, IHubContext<JobsHub, IJobsClient> hub, RecentPreviews previews) : IHostedService
{
    private IDisposable? _subscription;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = source.SubscribeToAll(RelayAsync);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        return Task.CompletedTask;
    }

    private Task RelayAsync(JobProgress news)
    {
        if (news.PreviewHash is { } hash)
        {
            previews.Add(news.WorkspaceId, hash);
        }

        string[] groups = [JobsHub.JobGroup(news.JobId), JobsHub.WorkspaceGroup(news.WorkspaceId)];
        return hub.Clients.Groups(groups).JobChanged(JobChange.Of(news));
    }
}
