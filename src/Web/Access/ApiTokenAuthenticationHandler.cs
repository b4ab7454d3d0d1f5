using System.Security.Claims;
using System.Text.Encodings.Web;
using Magvit.Domain.Workspaces;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Magvit.Web.Access;

/// <summary>Lets programs in: <c>Authorization: Bearer mgv_…</c>. The hub also takes the token as <c>access_token</c> in the address.</summary>
internal sealed class ApiTokenAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, IApiTokenRepository tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiToken";
    private const string Bearer = "Bearer ";

    /// <summary>The key that a request carries, if it carries one.</summary>
    public static string? KeyOf(HttpRequest request)
    {
        if (request.Headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return header[Bearer.Length..].Trim();
        }

        // A browser cannot set headers on a WebSocket; addresses are kept out of our logs (see appsettings.json).
        return request.Path.StartsWithSegments("/hubs") && request.Query["access_token"] is [{ Length: > 0 } key] ? key : null;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (KeyOf(Request) is not { } key)
        {
            return AuthenticateResult.NoResult();
        }

        if (!key.StartsWith(ApiToken.Prefix, StringComparison.Ordinal)
            || await tokens.AuthenticateAsync(key, Context.RequestAborted) is not { } actor)
        {
            return AuthenticateResult.Fail("The API token is unknown or was revoked.");
        }

        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, actor.UserId.ToString()), .. ActorClaims.Of(actor)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
