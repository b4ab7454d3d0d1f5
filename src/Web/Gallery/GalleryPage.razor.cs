using Magvit.Domain.Gallery;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure;
using Magvit.Infrastructure.Gallery;
using Magvit.Web.Shell;
using Magvit.Web.Studio;
using Microsoft.AspNetCore.Components;

namespace Magvit.Web.Gallery;

/// <summary>The grid of results; a result that is open lies over it and has an address of its own.</summary>
public sealed partial class GalleryPage : IDisposable
{
    private const int PageSize = 48;
    private readonly PageLife _life = new();
    private GalleryView _view = new();
    private GalleryView? _loaded;
    private List<GallerySummary>? _items;
    private string? _next;
    private bool _loadingMore;
    private IDisposable? _subscription;

    /// <summary>The clips that were chosen, in that order; <see langword="null"/> while nothing is to be chosen.</summary>
    private List<Guid>? _selection;

    /// <summary>The result that is open.</summary>
    [Parameter]
    public Guid? Open { get; set; }

    [CascadingParameter]
    private Actor Actor { get; set; } = null!;

    [Inject]
    private GalleryQueries Queries { get; set; } = null!;

    [Inject]
    private ManageGallery Manage { get; set; } = null!;

    [Inject]
    private IJobProgressSource Progress { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        _view = GalleryView.FromUrl(Navigation.Uri);
        if (_view != _loaded)
        {
            _loaded = _view;
            _items = null;
            await ReloadAsync();
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _subscription = Progress.Subscribe(Actor.WorkspaceId, news => news.State == JobState.Succeeded
                ? InvokeAsync(() => _life.WhileOpenAsync(async () =>
                {
                    await ReloadAsync();
                    StateHasChanged();
                }))
                : Task.CompletedTask);
        }
    }

    public void Dispose()
    {
        _subscription?.Dispose();
        _life.End();
    }

    private static string Pressed(bool value) => value ? "true" : "false";

    private static string? Blank(object? value) => string.IsNullOrWhiteSpace(value as string) ? null : ((string)value).Trim();

    private static string Name(GallerySummary item) =>
        item.Recipe.ClassName is { } name ? $"{TaskWords.Short(item.Recipe.Task)} · {name}" : TaskWords.Short(item.Recipe.Task);

    private void Show(GalleryView view) => Navigation.NavigateTo(view.ToUrl());

    private void ToggleSelecting() => _selection = _selection is null ? [] : null;

    private void Choose(Guid asset, bool isChosen)
    {
        _selection?.Remove(asset);
        if (isChosen)
        {
            _selection?.Add(asset);
        }
    }

    /// <summary>The address of the result before or after the open one, for the arrow keys.</summary>
    private string? Neighbour(int by)
    {
        var index = _items?.FindIndex(item => item.Id == Open) ?? -1;
        return index >= 0 && index + by >= 0 && index + by < _items!.Count ? _view.ToUrl(_items[index + by].Id) : null;
    }

    private async Task ReloadAsync()
    {
        var shown = Math.Max(PageSize, _items?.Count ?? 0);
        var page = await Queries.ListAsync(Actor.WorkspaceId, _view.ToFilter(Actor.UserId), new PageRequest(Take: shown), _life.Token);
        _items = [.. page.Items];
        _next = page.Next;
    }

    private async Task LoadMoreAsync()
    {
        _loadingMore = true;
        var page = await Queries.ListAsync(Actor.WorkspaceId, _view.ToFilter(Actor.UserId), new PageRequest(_next, PageSize), _life.Token);
        _items!.AddRange(page.Items);
        _next = page.Next;
        _loadingMore = false;
    }

    private async Task OnDeletedAsync(Guid id)
    {
        Navigation.NavigateTo(_view.ToUrl());
        await ReloadAsync();
        Toasts.Show("Moved to the bin.", "Undo", () => InvokeAsync(async () =>
        {
            await Manage.RestoreAsync(Actor, id, _life.Token);
            await ReloadAsync();
            StateHasChanged();
        }));
    }
}
