using Magvit.Web.Access;
using Microsoft.AspNetCore.Antiforgery;

namespace Magvit.Web.Api;

/// <summary>
/// Asks callers who come with a cookie for the antiforgery token on everything that changes something. A bearer token is never sent by a
/// browser on its own, so programs need none.
/// </summary>
internal sealed class CookieAntiforgeryFilter(IAntiforgery antiforgery) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        if (changes && ApiTokenAuthenticationHandler.KeyOf(request) is null && !await antiforgery.IsRequestValidAsync(context.HttpContext))
        {
            return Results.Problem(
                title: "The antiforgery token is missing",
                detail: "Take a token from GET /api/v1/antiforgery and send it in the header RequestVerificationToken, or use an API token.",
                statusCode: StatusCodes.Status400BadRequest);
        }

        return await next(context);
    }
}
