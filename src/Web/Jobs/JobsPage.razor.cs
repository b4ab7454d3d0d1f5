using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure;
using Magvit.Infrastructure.Jobs;
using Magvit.Infrastructure.Workers;
using Magvit.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace Magvit.Web.Jobs;

/// <summary>All jobs of the workspace, running ones first, live.</summary>
public sealed partial class JobsPage : IDisposable
{
    private const int PageSize = 40;
    private readonly PageLife _life = new();
    private List<JobSummary>? _jobs;
    private string? _next;
    private bool _noWorker;
    private bool _ready;
    private bool? _loadedMine;
    private IDisposable? _subscription;

    /// <summary>Whether only one's own jobs are shown.</summary>
    [SupplyParameterFromQuery]
    public string? Mine { get; set; }

    [CascadingParameter]
    private Actor Actor { get; set; } = null!;

    [Inject]
    private JobQueries Queries { get; set; } = null!;

    [Inject]
    private WorkerQueries Workers { get; set; } = null!;

    [Inject]
    private CancelJob CancelJob { get; set; } = null!;

    [Inject]
    private RetryJob RetryJob { get; set; } = null!;

    [Inject]
    private IJobProgressSource Progress { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private bool OnlyMine => Mine == "1";

    protected override async Task OnParametersSetAsync()
    {
        if (_loadedMine != OnlyMine)
        {
            _loadedMine = OnlyMine;
            _jobs = null;
            await ReloadAsync();
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _subscription = Progress.Subscribe(Actor.WorkspaceId, news => InvokeAsync(() => _life.WhileOpenAsync(() => FollowAsync(news))));
            _ready = true;
            StateHasChanged();
        }
    }

    public void Dispose()
    {
        _subscription?.Dispose();
        _life.End();
    }

    /// <summary>A step changes one line in place; whatever begins or ends changes places and times of others, so the list is read again.</summary>
    private async Task FollowAsync(JobProgress news)
    {
        var index = _jobs?.FindIndex(job => job.Id == news.JobId) ?? -1;
        if (index >= 0 && _jobs![index].State == news.State && news.State == JobState.Running)
        {
            _jobs[index] = _jobs[index] with { Step = news.Step, Steps = news.Steps, PreviewHash = news.PreviewHash ?? _jobs[index].PreviewHash };
        }
        else
        {
            await ReloadAsync();
        }

        StateHasChanged();
    }

    private async Task ReloadAsync()
    {
        var shown = Math.Max(PageSize, _jobs?.Count ?? 0);
        var page = await Queries.ListAsync(Actor.WorkspaceId, Filter, new PageRequest(Take: shown), _life.Token);
        _jobs = InOrder(page.Items);
        _next = page.Next;
        _noWorker = _jobs.Any(job => job.State == JobState.Queued) && !await Workers.AnyAliveAsync(_life.Token);
    }

    private JobFilter Filter => new() { UserId = OnlyMine ? Actor.UserId : null };

    private async Task LoadMoreAsync()
    {
        var page = await Queries.ListAsync(Actor.WorkspaceId, Filter, new PageRequest(_next, PageSize), _life.Token);
        _jobs = InOrder([.. _jobs!, .. page.Items]);
        _next = page.Next;
    }

    /// <summary>Running first, then waiting by their place, then what has ended, newest first.</summary>
    private static List<JobSummary> InOrder(IEnumerable<JobSummary> jobs) =>
    [
        .. jobs.OrderBy(job => job.State switch { JobState.Running => 0, JobState.Queued => 1, _ => 2 })
            .ThenBy(job => job.QueuePosition ?? 0)
            .ThenByDescending(job => job.Id),
    ];

    private Task CancelAsync(JobSummary job) => SteerAsync(() => CancelJob.CancelAsync(Actor, job.Id, _life.Token), "It has ended already.");

    private Task RetryAsync(JobSummary job) => SteerAsync(() => RetryJob.RetryAsync(Actor, job.Id, _life.Token), "It cannot be tried again now.");

    private async Task SteerAsync(Func<Task<SteerOutcome>> steer, string impossible)
    {
        try
        {
            if (await steer() != SteerOutcome.Done)
            {
                Toasts.Show(impossible);
            }
        }
        catch (AccessDeniedException refused)
        {
            Toasts.Show(refused.Message);
        }

        await ReloadAsync();
    }
}
