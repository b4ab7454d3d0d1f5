using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Workspaces;
using Magvit.Web.Access;
using Microsoft.AspNetCore.Antiforgery;

namespace Magvit.Web.Api;

/// <summary>The caller.</summary>
internal static class AccountApi
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/me", MeAsync).WithTags("Account").WithSummary("Who the caller is").Produces<MeAnswer>();
        // Who stores a token also says that the answer is not to be kept: no header of our own.
        api.MapGet("/antiforgery", (IAntiforgery antiforgery, HttpContext http) => Results.Ok(new AntiforgeryAnswer(antiforgery.GetAndStoreTokens(http).RequestToken!)))
            .WithTags("Account").WithSummary("The token that a browser sends in the header RequestVerificationToken").Produces<AntiforgeryAnswer>();
    }

    private static async Task<IResult> MeAsync(WorkspaceQueries workspaces, HttpContext http)
    {
        var actor = http.User.ToActor();
        var workspace = await workspaces.FindAsync(actor.WorkspaceId, http.RequestAborted);
        var member = (await workspaces.ListMembersAsync(actor.WorkspaceId, http.RequestAborted)).First(candidate => candidate.UserId == actor.UserId);
        return Results.Ok(new MeAnswer(actor.UserId, member.Email, member.DisplayName, actor.Role, actor.WorkspaceId, workspace!.Name));
    }

    internal sealed record MeAnswer(Guid Id, string Email, string DisplayName, MemberRole Role, Guid WorkspaceId, string Workspace);

    internal sealed record AntiforgeryAnswer(string Token);
}
