using Magvit.Domain.Groups;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Groups;
using Magvit.Infrastructure.Jobs;
using Magvit.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace Magvit.Web.Groups;

/// <summary>The results of a sweep as one labelled grid, or of a batch as its table, live.</summary>
public sealed partial class GroupPage(GroupQueries queries, CancelGroup cancel, IJobProgressSource progress, Toasts toasts) : IDisposable
{
    private readonly PageLife _life = new();
    private readonly Dictionary<int, JobSummary> _jobs = [];
    private GroupDetails? _details;
    private SweepLayout? _sweep;
    private BatchLayout? _batch;
    private IDisposable? _subscription;
    private bool _missing;
    private bool _cancelling;
    private bool _ready;

    [Parameter]
    public Guid Id { get; set; }

    [CascadingParameter]
    private Actor Actor { get; set; } = null!;

    private int Open => _jobs.Values.Count(job => !job.IsFinished);

    private string StateWords
    {
        get
        {
            var failed = _jobs.Values.Count(job => job.State == JobState.Failed);
            var cancelled = _jobs.Values.Count(job => job.State == JobState.Cancelled);
            var last = _jobs.Values.Where(job => !job.IsFinished).Max(job => job.Eta);
            return $"{_jobs.Values.Count(job => job.State == JobState.Succeeded)} of {_details!.Group.Size} done"
                + (failed > 0 ? $" · {failed} failed" : "")
                + (cancelled > 0 ? $" · {cancelled} cancelled" : "")
                + (last is { } eta ? $" · about {Words.Duration(eta)} left" : "");
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_details?.Group.Id != Id)
        {
            await LoadAsync();
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _subscription = progress.Subscribe(Actor.WorkspaceId, news => InvokeAsync(() => _life.WhileOpenAsync(() => FollowAsync(news))));
            _ready = true;
            StateHasChanged();
        }
    }

    public void Dispose()
    {
        _subscription?.Dispose();
        _life.End();
    }

    private static string Name(SweepAxis axis) => axis.Parameter == SweepParameter.ClassName ? "Class" : axis.Parameter.ToString();

    private async Task LoadAsync()
    {
        _details = await queries.FindAsync(Actor.WorkspaceId, Id, _life.Token);
        _missing = _details is null;
        if (_details is not { } details)
        {
            return;
        }

        _sweep = details.Group.Kind == JobGroupKind.Sweep ? SweepLayout.FromJson(details.Group.Layout) : null;
        _batch = details.Group.Kind == JobGroupKind.Batch ? BatchLayout.FromJson(details.Group.Layout) : null;
        _jobs.Clear();
        foreach (var job in details.Jobs)
        {
            _jobs[job.GroupIndex ?? 0] = job;
        }
    }

    /// <summary>A step changes one cell in place; whatever begins or ends is read again.</summary>
    private async Task FollowAsync(JobProgress news)
    {
        if (_jobs.Values.FirstOrDefault(job => job.Id == news.JobId) is not { } known)
        {
            return;
        }

        if (known.State == news.State && news.State == JobState.Running)
        {
            _jobs[known.GroupIndex ?? 0] = known with { Step = news.Step, Steps = news.Steps, PreviewHash = news.PreviewHash ?? known.PreviewHash };
        }
        else
        {
            await LoadAsync();
        }

        StateHasChanged();
    }

    private async Task CancelAllAsync()
    {
        _cancelling = true;
        try
        {
            await cancel.CancelAsync(Actor, Id, _life.Token);
        }
        catch (AccessDeniedException refused)
        {
            toasts.Show(refused.Message);
        }
        finally
        {
            _cancelling = false;
        }

        await LoadAsync();
    }
}
