using Magvit.Domain.Assets;
using Magvit.Domain.Workspaces;
using Microsoft.AspNetCore.Diagnostics;

namespace Magvit.Web.Api;

/// <summary>Turns what the use cases refuse into problem documents; everything else becomes a 500 without inner details.</summary>
internal sealed class ProblemExceptionHandler : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // By now the request's own path is that of the error page; the feature remembers where it began.
        PathString path = httpContext.Features.Get<IExceptionHandlerPathFeature>()?.Path ?? httpContext.Request.Path;
        if (!path.StartsWithSegments("/api"))
        {
            return false;
        }

        var answer = exception switch
        {
            AccessDeniedException => Results.Problem(
                title: "Not allowed", detail: exception.Message, statusCode: StatusCodes.Status403Forbidden),
            MediaImportException => Problems.Unusable(exception.Message),
            BadHttpRequestException bad => Results.Problem(
                title: "The request cannot be read", detail: bad.InnerException?.Message ?? bad.Message, statusCode: bad.StatusCode),
            _ => Results.Problem(
                title: "The server could not finish this",
                detail: "Try again; if it happens again, tell your administrator the trace id.",
                statusCode: StatusCodes.Status500InternalServerError),
        };
        await answer.ExecuteAsync(httpContext);
        return true;
    }
}
