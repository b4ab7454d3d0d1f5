using Magvit.Infrastructure;
using Magvit.Infrastructure.Data;
using Magvit.Web.Access;
using Magvit.Web.Admin;
using Magvit.Web.Api;
using Magvit.Web.Jobs;
using Magvit.Web.Security;
using Magvit.Web.Shell;

if (AdminCommands.Handles(args))
{
    return await AdminCommands.RunAsync(args);
}

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets(); // ./magvit runs what the build made; after a publish this does nothing
builder.WebHost.UseShutdownTimeout(TimeSpan.FromSeconds(5)); // uploads resume and pages come back by themselves: no need to wait for them
builder.Services.AddPlatformInfrastructure(builder.Configuration);
builder.Services.AddAccess();
builder.Services.AddSignInRateLimit();
builder.Services.AddApi(builder.Configuration);
builder.Services.AddStudio();

var app = builder.Build();
await app.Services.GetRequiredService<PlatformDatabase>().MigrateAsync(app.Lifetime.ApplicationStopping);

app.UseSecurityHeaders();
app.UseErrorPages();
app.UseAuthentication();
app.UseFirstRunRedirect();
app.UseRateLimiter();
app.UseAuthorization();
app.UseAntiforgery();

app.MapStaticAssets().AllowAnonymous();
app.MapHealth();
app.MapApiV1();
app.MapHub<JobsHub>("/hubs/jobs");
app.MapSignOut();
app.MapStudio();

await app.RunAsync();
return 0;
