using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Web.Api;

/// <summary>For load balancers and scripts: the process answers; the database answers too.</summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("live")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/health/ready", async (IDbContextFactory<PlatformDb> databases, HttpContext http) =>
        {
            await using var db = await databases.CreateDbContextAsync(http.RequestAborted);
            return await db.Database.CanConnectAsync(http.RequestAborted)
                ? Results.Text("ready")
                : Results.Text("the database does not answer", statusCode: StatusCodes.Status503ServiceUnavailable);
        }).AllowAnonymous().ExcludeFromDescription();
    }
}
