using Magvit.Domain.Generation;
using Magvit.Domain.Groups;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;
using Microsoft.JSInterop;

namespace Magvit.Web.Studio;

/// <summary>What the page does with jobs: sends what is set up, follows it, cancels it and runs it again.</summary>
public sealed partial class StudioPage
{
    private async Task LoadJobAsync(Guid? jobId)
    {
        _news = null;
        _job = jobId is { } id ? (await jobs.FindAsync(Actor.WorkspaceId, id, _life.Token))?.Job : null;
    }

    private Task OnProgressAsync(JobProgress news) => InvokeAsync(() => _life.WhileOpenAsync(async () =>
    {
        if (news.JobId == _job?.Id)
        {
            _news = news;
            // What has ended has results; who moves up in the queue waits less long than was read.
            if (news.State is JobState.Succeeded or JobState.Failed or JobState.Cancelled or JobState.Queued)
            {
                await LoadJobAsync(news.JobId);
            }
        }

        if (news.State == JobState.Succeeded)
        {
            await LoadResultsAsync();
        }

        StateHasChanged();
    }));

    private async Task GenerateAsync()
    {
        if (_submitting || Problems.Count > 0)
        {
            return;
        }

        _submitting = true;
        _refusal = null;
        try
        {
            var (draft, request) = await StoreAsync();
            var result = await submit.SubmitAsync(Actor, request, null, _life.Token);
            if (result.Job is { } job)
            {
                Go(draft with { Job = job.Id });
                return;
            }

            _refusal = result.QueueFull is { } limit
                ? $"You have {limit} jobs waiting, as many as your role may. Wait for some to finish, or cancel some."
                : string.Join(" ", result.Problems.Select(problem => problem.Message));
        }
        catch (AccessDeniedException refused)
        {
            _refusal = refused.Message;
        }
        catch (JSException failure)
        {
            // The first line is the editor's sentence; what follows is the script's stack.
            _refusal = failure.Message.Split('\n')[0];
        }
        finally
        {
            _submitting = false;
        }
    }

    /// <summary>Submits a grid over parameters of what is set up, and shows it.</summary>
    /// <returns>Why not.</returns>
    private async Task<string?> SweepAsync(SweepLayout layout)
    {
        try
        {
            var (_, request) = await StoreAsync();
            var result = await sweep.SubmitAsync(Actor, request, layout, _life.Token);
            if (result.Group is { } group)
            {
                navigation.NavigateTo($"/groups/{group.Id}");
                return null;
            }

            return result.QueueFull is { } limit
                ? $"These are {layout.Count} jobs, and you may have {limit} waiting. Wait for some to finish, or take fewer values."
                : string.Join(" ", result.Problems.Select(problem => problem.Message));
        }
        catch (AccessDeniedException refused)
        {
            return refused.Message;
        }
        catch (JSException failure)
        {
            return failure.Message.Split('\n')[0];
        }
    }

    /// <summary>Stores what is drawn, and gives what would be submitted.</summary>
    private async Task<(StudioDraft Draft, GenerationRequest Request)> StoreAsync()
    {
        var draft = Draft.SeedLocked && Draft.Seed is not null ? Draft : Draft with { Seed = SeedField.Roll() };
        var stored = Scene is null || _editor is null ? null : await _editor.StoreAsync(_life.Token);
        if (stored is not null)
        {
            // What is shown counts, also when the news of the last stroke is still on its way.
            draft = draft with { Mask = stored.Id, Task = stored.Id is null ? draft.Task : GenerationTask.CustomMask };
        }

        var request = draft.ToRequest();
        return (draft, stored?.InputId is { } input ? request with { InputAssetId = input, InputStart = 0, InputStride = 1, KeepInput = true } : request);
    }

    private async Task<Guid?> StoreMaskAsync() =>
        Scene is null || _editor is null ? Draft.Mask : (await _editor.StoreAsync(_life.Token)).Id;

    private Task CancelAsync() => SteerAsync(job => cancel.CancelAsync(Actor, job, _life.Token));

    private Task RetryAsync() => SteerAsync(job => retry.RetryAsync(Actor, job, _life.Token));

    private async Task SteerAsync(Func<Guid, Task<SteerOutcome>> steer)
    {
        try
        {
            await steer(_job!.Id);
            await LoadJobAsync(_job.Id);
        }
        catch (AccessDeniedException refused)
        {
            _refusal = refused.Message;
        }
    }
}
