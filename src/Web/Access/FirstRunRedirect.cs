namespace Magvit.Web.Access;

/// <summary>While there is no account, every page leads to the set-up; afterwards that page itself leads to sign-in.</summary>
internal static class FirstRunRedirect
{
    private const string SetUp = "/setup";

    public static IApplicationBuilder UseFirstRunRedirect(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var path = context.Request.Path;
        var isPage = (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
        if (isPage && !path.StartsWithSegments(SetUp) && !path.StartsWithSegments("/api") && !path.StartsWithSegments("/health")
            && await context.RequestServices.GetRequiredService<FirstRun>().IsNeededAsync(context.RequestAborted))
        {
            context.Response.Redirect(SetUp);
            return;
        }

        await next(context);
    });
}
