using System.Security.Claims;
using Magvit.Domain.Workspaces;
using Microsoft.AspNetCore.Authentication;

namespace Magvit.Web.Access;

/// <summary>Adds the membership of now to whoever comes with a cookie, so that a changed role counts from the next request on.</summary>
internal sealed class ActorClaimsTransformation(IWorkspaceDirectory directory, IHttpContextAccessor http) : IClaimsTransformation
{
    public async Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
    {
        if (principal.HasActor() || !Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var userId))
        {
            return principal;
        }

        var cancellationToken = http.HttpContext?.RequestAborted ?? CancellationToken.None;
        if (await directory.FindActorAsync(userId, cancellationToken) is { } actor)
        {
            principal.AddIdentity(new ClaimsIdentity(ActorClaims.Of(actor)));
        }

        return principal;
    }
}
