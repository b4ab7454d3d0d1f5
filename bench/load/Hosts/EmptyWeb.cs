using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Magvit.LoadBench.Hosts;

/// <summary>An ASP.NET Core site that does nothing: what every start costs on this machine.</summary>
internal static class EmptyWeb
{
    public const string Argument = "--empty-web";

    public static async Task<int> RunAsync(string address)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls(address);
        var app = builder.Build();
        app.MapGet(SiteProcess.ReadyPath, () => Results.Text("ready"));
        await app.RunAsync();
        return 0;
    }
}
