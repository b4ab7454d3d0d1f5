using System.Security.Claims;
using Magvit.Domain.Workspaces;

namespace Magvit.Web.Access;

/// <summary>How a member's place travels in a <see cref="ClaimsPrincipal"/>.</summary>
internal static class ActorClaims
{
    private const string WorkspaceClaim = "magvit:workspace";
    private const string RoleClaim = "magvit:role";

    /// <summary>Whether the user's place is in the claims.</summary>
    public static bool HasActor(this ClaimsPrincipal principal) => principal.HasClaim(claim => claim.Type == WorkspaceClaim);

    /// <summary>The user's place, or <see langword="null"/> for somebody who belongs nowhere.</summary>
    public static Actor? FindActor(this ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var user)
        && Guid.TryParse(principal.FindFirstValue(WorkspaceClaim), out var workspace)
        && Enum.TryParse<MemberRole>(principal.FindFirstValue(RoleClaim), out var role)
            ? new Actor(user, workspace, role)
            : null;

    /// <summary>The user's place. Authorization has made sure that there is one.</summary>
    /// <exception cref="InvalidOperationException">The principal belongs nowhere: the endpoint lacks a policy.</exception>
    public static Actor ToActor(this ClaimsPrincipal principal) =>
        principal.FindActor() ?? throw new InvalidOperationException("The user has no workspace; the endpoint must ask for a role policy.");

    /// <summary>The claims that name a place.</summary>
    public static Claim[] Of(Actor actor) =>
        [new(WorkspaceClaim, actor.WorkspaceId.ToString()), new(RoleClaim, actor.Role.ToString())];
}
