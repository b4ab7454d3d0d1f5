using System.Diagnostics;
using System.Net;
using Magvit.Testing;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Admin;

public sealed class AdminCommandsTests
{
    [Fact]
    public async Task TokenCreate_NoAccountYet_MakesTheAdministratorAndAWorkingToken()
    {
        await using var app = await WebApp.StartEmptyAsync();

        var (code, output, _) = await RunAsync(app.Platform, "token", "create", "--user", "root@example.org");

        Assert.Equal(0, code);
        using var client = await app.ClientAsync(null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", output.Trim().Split(' ', '\n')[^1]);
        var me = await (await client.GetAsync("/api/v1/me")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(("root@example.org", "admin"), (me.Text("email"), me.Text("role")));
    }

    [Fact]
    public async Task TokenCreate_UnknownUser_FailsAndSaysHowToMakeOne()
    {
        await using var app = new WebApp();
        await app.InitializeAsync();

        var (code, _, errors) = await RunAsync(app.Platform, "token", "create", "--user", "nobody@example.org");

        Assert.Equal(1, code);
        Assert.Contains("user create nobody@example.org", errors);
    }

    [Fact]
    public async Task UserCreate_WithRole_PrintsThePasswordOnce()
    {
        await using var app = await WebApp.StartEmptyAsync();

        var (code, output, _) = await RunAsync(app.Platform, "user", "create", "ada@example.org", "--role", "admin");
        var (again, _, errors) = await RunAsync(app.Platform, "user", "create", "ada@example.org");

        Assert.Equal((0, 1), (code, again));
        Assert.Matches("Its password, shown this once: \\S{16}", output);
        Assert.NotEmpty(errors);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(TestPlatform platform, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in platform.HostSettings())
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
