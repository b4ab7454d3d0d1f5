using Magvit.Infrastructure;
using Magvit.Web.Gallery;
using Magvit.Web.Jobs;
using Magvit.Web.Studio;
using Radzen;

namespace Magvit.Web.Shell;

/// <summary>The pages.</summary>
internal static class StudioServices
{
    public static IServiceCollection AddStudio(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddRadzenComponents();
        services.AddSignalR();
        services.AddJobProgressSource();
        services.AddExamples();
        services.AddScoped<Toasts>();
        services.AddScoped<ClipExport>();
        services.AddScoped<RecipeRestore>();
        services.AddSingleton<RecentPreviews>();
        services.AddHostedService<JobsHubRelay>();
        return services;
    }

    public static void UseErrorPages(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler("/error", createScopeForErrors: true);
            app.UseHsts();
        }

        // People get pages; programs get problem documents, which the outer line then leaves alone.
        app.UseStatusCodePagesWithReExecute("/not-found");
        app.UseWhen(IsForPrograms, api => api.UseExceptionHandler().UseStatusCodePages());
    }

    private static bool IsForPrograms(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/hubs");

    // The security headers name the frame ancestors already.
    public static void MapStudio(this WebApplication app) =>
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
}
