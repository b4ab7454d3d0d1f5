using Magvit.Domain.Assets;
using Magvit.Domain.Drafts;
using Magvit.Domain.Generation;
using Magvit.Domain.Groups;
using Magvit.Domain.Jobs;
using Magvit.Domain.Models;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure;
using Magvit.Infrastructure.Assets;
using Magvit.Infrastructure.Gallery;
using Magvit.Infrastructure.Jobs;
using Magvit.Web.Api;
using Magvit.Web.Shell;
using Magvit.Web.Studio.Extend;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;

namespace Magvit.Web.Studio;

/// <summary>The Studio. What is set up lives in the address (<see cref="StudioDraft"/>), what runs lives in the database; the circuit holds copies.</summary>
public sealed partial class StudioPage(
    IModelRegistry models,
    AssetQueries assets,
    GalleryQueries gallery,
    JobQueries jobs,
    IJobProgressSource progress,
    SubmitGenerationJob submit,
    SubmitSweep sweep,
    CancelJob cancel,
    RetryJob retry,
    IDraftRepository drafts,
    NavigationManager navigation,
    IJSRuntime js) : IAsyncDisposable
{
    private const int ShownAssets = 8;
    private const int ShownResults = 12;

    /// <summary>The canvas of a platform without a model, so that the Studio can be tried.</summary>
    private static readonly EditorGeometry DefaultGeometry = new(16, 64, 64, 4, 16, 16);
    private static readonly AssetFilter Inputs = new() { Kinds = [AssetKind.Video, AssetKind.Image] };

    private readonly PageLife _life = new();
    private readonly AddressTrail _trail = new();
    private IReadOnlyList<InstalledModel> _models = [];
    private IReadOnlyList<AssetSummary>? _recent;
    private IReadOnlyList<GallerySummary>? _results;
    private AssetSummary? _input;
    private AssetSummary? _used;
    private JobSummary? _job;
    private JobProgress? _news;
    private IDisposable? _subscription;
    private ElementScript? _script;
    private ElementReference _root;
    private MaskEditor? _editor;
    private bool _maskIsEmpty;
    private int _heard;
    private string? _refusal;
    private bool _submitting;
    private bool _attached;
    private bool _ready;
    private bool _loaded;

    [CascadingParameter]
    private Actor Actor { get; set; } = null!;

    private StudioDraft Draft { get; set; } = new();

    private GenerationTaskInfo TaskInfo => GenerationTaskCatalog.Get(Draft.Task);

    private InstalledModel? Model => Draft.Model is { } name ? _models.FirstOrDefault(model => model.Name == name) : _models.FirstOrDefault(model => model.Tasks.Contains(Draft.Task));

    /// <summary>The tasks of the model.</summary>
    private IReadOnlyList<GenerationTaskInfo> Tasks => [.. GenerationTaskCatalog.All.Where(info => Model is null || Model.Tasks.Contains(info.Task))];

    /// <summary>What the editor shows; <see langword="null"/> while there is no clip to draw on.</summary>
    private EditorScene? Scene => _job is not null || _input is null || !TaskInfo.NeedsInput || Plan is not null ? null : SceneOf(_input);

    /// <summary>What the planner shows: a result that is longer or larger than the model's clips.</summary>
    private ExtendScene? Plan => _job is not null || _input is null ? null : ExtendScene.Of(Draft, _input, Model);

    private IReadOnlyList<GenerationProblem> Problems { get; set; } = [];

    private IEnumerable<string> Notes
    {
        get
        {
            if (_input is null || Model is null)
            {
                yield break;
            }

            if (_input.Width * Model.Height != _input.Height * Model.Width)
            {
                yield return $"The model sees the centre of each frame, cut to {Model.Width} × {Model.Height}.";
            }

            foreach (var note in _input.Notes)
            {
                yield return note;
            }
        }
    }

    protected override async Task OnInitializedAsync()
    {
        Draft = StudioDraft.FromUrl(navigation.Uri);
        _models = await models.ListAsync(_life.Token);
        await LoadRecentAsync();
        await LoadResultsAsync();
        await FollowUrlAsync();
        _loaded = true;
        navigation.LocationChanged += OnLocationChanged;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_subscription is null)
        {
            _subscription = progress.Subscribe(Actor.WorkspaceId, OnProgressAsync);
            _script = new(js, "/" + Assets["js/studio.js"]);
            await _script.CallAsync("attach", _root);
            _attached = true;
        }

        if (_loaded && _attached && !_ready)
        {
            _ready = true;
            StateHasChanged();
        }
    }

    public async ValueTask DisposeAsync()
    {
        navigation.LocationChanged -= OnLocationChanged;
        _subscription?.Dispose();
        _life.End();
        if (_script is not null)
        {
            await _script.EndAsync("detach", _root);
        }
    }

    private EditorScene SceneOf(AssetSummary input)
    {
        var geometry = Model is null ? DefaultGeometry : EditorGeometry.Of(Model);
        return new EditorScene
        {
            Geometry = geometry,
            Clip = new EditorClip(
                AssetUrls.Proxy(input.Id), Draft.Start, Draft.Stride, input.Frames, input.FrameRate, AssetUrls.Sheet(input.Id), input.Width, input.Height),
            Task = TaskInfo.Name,
            Key = $"{Actor.UserId:N}/{input.Id:N}/{geometry.Frames}x{geometry.Height}x{geometry.Width}/{geometry.TokenFrames}x{geometry.TokenHeight}x{geometry.TokenWidth}"
                + (Draft.DraftId is { } draft ? $"/{draft}" : ""),
            Heard = _heard,
            Mask = Draft.Mask,
            Use = _used is { } used && Draft.Use is { } use ? EditorFrameUse.Of(use, used) : null,
        };
    }

    private void FollowMask(MaskState mask)
    {
        (_maskIsEmpty, _heard) = (mask.IsEmpty, mask.Number);
        if (mask.Task != Draft.Task)
        {
            Go(Draft with { Task = mask.Task, Mask = mask.Task == GenerationTask.CustomMask ? Draft.Mask : null });
        }
        else
        {
            Problems = Reasons();
        }
    }

    /// <summary>From the editor to the planner; what was put together there becomes the clip.</summary>
    private async Task ExtendCanvasAsync((int Above, int Right, int Below, int Left) by)
    {
        if (Model is { } model)
        {
            var composed = _editor is null ? null : (await _editor.StoreAsync(_life.Token)).InputId;
            Go((composed is { } clip ? Draft with { Input = clip, Start = 0, Stride = 1, DraftId = null } : Draft).Extended(by, model));
        }
    }

    private void Go(StudioDraft draft)
    {
        _refusal = null;
        var isSameJob = draft.Job == Draft.Job;
        // What comes next builds on this, also when the browser takes its time to tell of the new address.
        Draft = draft;
        var address = draft.ToUrl();
        _trail.Go(navigation.ToAbsoluteUri(address));
        navigation.NavigateTo(address, replace: isSameJob);
    }

    private async Task UseAssetAsync(Guid assetId)
    {
        if (_recent?.Any(asset => asset.Id == assetId) != true)
        {
            await LoadRecentAsync();
        }

        // A draft is about one clip; another clip has a draft of its own.
        Go(Draft with { Input = assetId, Start = 0, Stride = 1, Job = null, Size = Draft.Size.WithoutPlan(), DraftId = Draft.Input is null ? Draft.DraftId : null });
    }

    private async Task LoadRecentAsync() =>
        _recent = (await assets.ListAsync(Actor.WorkspaceId, Inputs, new PageRequest(Take: ShownAssets), _life.Token)).Items;

    private void OnLocationChanged(object? sender, LocationChangedEventArgs change)
    {
        var path = navigation.ToBaseRelativePath(change.Location);
        var isHere = path.Length == 0 || path.StartsWith("studio", StringComparison.Ordinal) || path.StartsWith('?');
        if (isHere && _trail.Arrive(new Uri(change.Location)))
        {
            _ = InvokeAsync(async () =>
            {
                try
                {
                    await _life.WhileOpenAsync(FollowUrlAsync);
                    StateHasChanged();
                }
                catch (Exception failure)
                {
                    await DispatchExceptionAsync(failure);
                }
            });
        }
    }

    /// <summary>Reads what the address names and is not here yet.</summary>
    private async Task FollowUrlAsync()
    {
        Draft = StudioDraft.FromUrl(navigation.Uri);
        if (Draft.DraftId is { } draftId && Draft == new StudioDraft { DraftId = draftId }
            && await drafts.FindAsync(Actor.WorkspaceId, Actor.UserId, draftId, _life.Token) is { } stored)
        {
            // The address names the draft alone: what is set up is in the draft.
            Draft = StudioDraft.FromQuery(stored.Address) with { DraftId = draftId };
        }

        if (Draft.Input != _input?.Id)
        {
            _input = Draft.Input is { } id ? await assets.FindAsync(Actor.WorkspaceId, id, _life.Token) : null;
        }

        if (Draft.Use?.Clip != _used?.Id)
        {
            _used = Draft.Use is { } use ? await assets.FindAsync(Actor.WorkspaceId, use.Clip, _life.Token) : null;
        }

        if (Draft.Job != _job?.Id)
        {
            await LoadJobAsync(Draft.Job);
        }

        Problems = Reasons();
    }

    /// <summary>Why Generate cannot run, in the words of this page.</summary>
    private IReadOnlyList<GenerationProblem> Reasons()
    {
        var problems = GenerationRequestValidator.Validate(
            Draft.ToRequest(),
            new GenerationContext(
                [.. _models.Select(ModelCapabilities.Of)],
                _input is null ? null : new AssetFacts(_input.Kind, _input.Frames, _input.Width, _input.Height)));
        // The mask is stored when Generate is pressed; until then the editor knows whether there is one.
        return
        [
            .. Actor.Has(MemberRole.Creator)
                ? Array.Empty<GenerationProblem>()
                : [new GenerationProblem("role", "You may look at everything here, and generate nothing: ask an administrator for the role creator.", [])],
            .. problems.Where(problem => problem.Field != "mask").Select(problem => problem.Field == "input" && Draft.Input is null
                ? problem with { Message = "Add a clip first: drop a video anywhere on this page, or choose one on the left." }
                : problem),
            .. TaskInfo.NeedsMask && _maskIsEmpty && _input is not null
                ? [new GenerationProblem("mask", "Nothing is to be generated yet: draw on the frames what MAGVIT shall fill, or choose a task.", [])]
                : Array.Empty<GenerationProblem>(),
        ];
    }

    private async Task LoadResultsAsync() =>
        _results = (await gallery.ListAsync(Actor.WorkspaceId, new GalleryFilter(), new PageRequest(Take: ShownResults), _life.Token)).Items;
}
