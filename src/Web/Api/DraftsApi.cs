using System.Text.Json;
using Magvit.Domain.Drafts;
using Magvit.Domain.Generation;
using Magvit.Infrastructure.Drafts;
using Magvit.Web.Access;
using Magvit.Web.Studio;

namespace Magvit.Web.Api;

/// <summary>The caller's unfinished work in the Studio. Nobody reaches another one's drafts.</summary>
internal static class DraftsApi
{
    private const int Listed = 100;

    public static void Map(RouteGroupBuilder api)
    {
        var drafts = api.MapGroup("/drafts").WithTags("Drafts");
        drafts.MapGet("/", ListAsync).WithSummary("One's own drafts, the latest first").Produces<ListAnswer<DraftAnswer>>();
        drafts.MapGet("/{id:guid}", FindAsync).WithSummary("A draft with what is drawn").Produces<DraftAnswer>();
        drafts.MapPut("/{id:guid}", SaveAsync)
            .RequireAuthorization(Policies.Creator)
            .WithSummary("Store a draft as the version after the one it builds on (0: a new draft); 409 when that is not the latest")
            .Produces<SavedAnswer>()
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        drafts.MapPut("/{id:guid}/title", async (Guid id, TitleInput input, KeepDrafts keep, HttpContext http) =>
            await keep.RenameAsync(http.User.ToActor(), id, input.Title, http.RequestAborted) ? Results.NoContent() : Problems.NotFound("draft"))
            .RequireAuthorization(Policies.Creator).WithSummary("Name a draft");
        drafts.MapDelete("/{id:guid}", async (Guid id, KeepDrafts keep, HttpContext http) =>
            await keep.DeleteAsync(http.User.ToActor(), id, http.RequestAborted) ? Results.NoContent() : Problems.NotFound("draft"))
            .RequireAuthorization(Policies.Creator).WithSummary("Put a draft in the bin");
        drafts.MapPost("/{id:guid}/restore", async (Guid id, KeepDrafts keep, HttpContext http) =>
            await keep.RestoreAsync(http.User.ToActor(), id, http.RequestAborted) ? Results.NoContent() : Problems.NotFound("draft"))
            .RequireAuthorization(Policies.Creator).WithSummary("Take a draft out of the bin");
    }

    private static async Task<IResult> ListAsync(DraftQueries queries, HttpContext http)
    {
        var drafts = await queries.ListAsync(http.User.ToActor(), Listed, http.RequestAborted);
        return Results.Ok(new ListAnswer<DraftAnswer>(
            [.. drafts.Select(draft => DraftAnswer.Of(draft.Id, draft.Title, draft.Version, draft.Address, draft.UpdatedAt, null))], null));
    }

    private static async Task<IResult> FindAsync(Guid id, IDraftRepository drafts, HttpContext http)
    {
        var actor = http.User.ToActor();
        return await drafts.FindAsync(actor.WorkspaceId, actor.UserId, id, http.RequestAborted) is { DeletedAt: null } draft
            ? Results.Ok(DraftAnswer.Of(draft.Id, draft.Title, draft.Version, draft.Address, draft.UpdatedAt, draft.Document))
            : Problems.NotFound("draft");
    }

    private static async Task<IResult> SaveAsync(Guid id, DraftInput input, KeepDrafts keep, HttpContext http)
    {
        // The address is read and written again: what the Studio does not know is not kept.
        var address = StudioDraft.FromQuery(input.Address) with { Job = null, DraftId = null };
        var document = input.Document is { ValueKind: JsonValueKind.Object } json ? json.GetRawText() : null;
        var result = await keep.SaveAsync(http.User.ToActor(), id, input.Version, new DraftContent(address.ToQuery(), document), http.RequestAborted);
        return result switch
        {
            { Saved: { } saved } => Results.Ok(new SavedAnswer(saved.Version, saved.UpdatedAt)),
            { Newer: { } newer } => Results.Problem(
                title: "The draft was changed elsewhere",
                detail: "Another tab or machine has stored this draft meanwhile. Keep yours, take the other, or make a copy.",
                statusCode: StatusCodes.Status409Conflict,
                extensions: new Dictionary<string, object?> { ["version"] = newer.Version, ["updatedAt"] = newer.UpdatedAt }),
            _ => Problems.Unusable(result.Problem!),
        };
    }

    internal sealed record DraftInput(int Version, string? Address, JsonElement? Document);

    internal sealed record TitleInput(string? Title);

    internal sealed record SavedAnswer(int Version, DateTimeOffset UpdatedAt);

    /// <param name="Id">The draft.</param>
    /// <param name="Title">Its name; left out while it has none.</param>
    /// <param name="Version">To be named when the next one is stored.</param>
    /// <param name="Address">What is set up, as a query of the Studio.</param>
    /// <param name="Url">Where it is opened.</param>
    /// <param name="Task">The title of its task.</param>
    /// <param name="PosterUrl">The first frame of its clip; left out when it has none.</param>
    /// <param name="UpdatedAt">When it was stored last.</param>
    /// <param name="Document">What is drawn; left out in lists.</param>
    internal sealed record DraftAnswer(
        Guid Id, string? Title, int Version, string Address, string Url, string Task, string? PosterUrl, DateTimeOffset UpdatedAt, JsonElement? Document)
    {
        public static DraftAnswer Of(Guid id, string? title, int version, string address, DateTimeOffset updatedAt, string? document)
        {
            var draft = StudioDraft.FromQuery(address);
            return new DraftAnswer(
                id, title, version, address, (draft with { DraftId = id }).ToUrl(), GenerationTaskCatalog.Get(draft.Task).Title,
                draft.Input is { } input ? AssetUrls.Poster(input) : null, updatedAt,
                document is null ? null : JsonElement.Parse(document));
        }
    }
}
