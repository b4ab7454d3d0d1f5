using Magvit.Domain.Generation;
using Magvit.Infrastructure.Gallery;
using Microsoft.AspNetCore.WebUtilities;

namespace Magvit.Web.Gallery;

/// <summary>Which part of the gallery is shown; it lives in the address.</summary>
internal sealed record GalleryView
{
    public GenerationTask? Task { get; init; }

    public string? Model { get; init; }

    /// <summary>Only one's own results.</summary>
    public bool Mine { get; init; }

    public string? Text { get; init; }

    public bool IsFiltered => this != new GalleryView();

    public static GalleryView FromUrl(string url)
    {
        var query = QueryHelpers.ParseQuery(new Uri(url).Query);
        return new GalleryView
        {
            Task = GenerationTaskCatalog.TryParse(Value("task"), out var info) ? info.Task : null,
            Model = Value("model"),
            Mine = Value("mine") == "1",
            Text = Value("q"),
        };

        string? Value(string name) => query.TryGetValue(name, out var value) && value is [{ Length: > 0 } text, ..] ? text : null;
    }

    /// <summary>The address of this view, with one result open or none.</summary>
    public string ToUrl(Guid? open = null)
    {
        var query = new Dictionary<string, string?>();
        if (Task is { } task)
        {
            query["task"] = GenerationTaskCatalog.Get(task).Name;
        }

        if (Model is not null)
        {
            query["model"] = Model;
        }

        if (Mine)
        {
            query["mine"] = "1";
        }

        if (Text is not null)
        {
            query["q"] = Text;
        }

        return QueryHelpers.AddQueryString(open is { } id ? $"/gallery/{id}" : "/gallery", query);
    }

    public GalleryFilter ToFilter(Guid userId) => new() { Task = Task, Model = Model, CreatedBy = Mine ? userId : null, Text = Text };
}
