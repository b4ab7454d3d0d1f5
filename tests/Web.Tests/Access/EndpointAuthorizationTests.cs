using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Magvit.Web.Tests.Harness;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Xunit;

namespace Magvit.Web.Tests.Access;

public sealed partial class EndpointAuthorizationTests(WebApp app) : IClassFixture<WebApp>
{
    /// <summary>What anybody may ask for; everything else must refuse.</summary>
    private static readonly string[] Open =
    [
        "GET /health/live", "GET /health/ready", "GET /openapi/{documentName}.json",
        "GET /sign-in", "POST /sign-in", "GET /setup", "POST /setup", "GET /error", "POST /error", "GET /not-found", "POST /not-found",
    ];

    [Fact]
    public async Task EveryEndpoint_WithoutCredentials_RefusesUnlessListed()
    {
        using var client = await app.ClientAsync(null);
        var checkedCount = 0;
        foreach (var (method, pattern) in Endpoints())
        {
            if (Open.Contains($"{method} {pattern}"))
            {
                continue;
            }

            using var request = new HttpRequestMessage(new HttpMethod(method), Fill(pattern));
            request.Headers.Accept.ParseAdd("text/html");
            request.Content = method == "GET" ? null : new StringContent("{}", Encoding.UTF8, "application/json");
            using var response = await client.SendAsync(request);
            var refused = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                || (response.StatusCode == HttpStatusCode.Redirect && response.Headers.Location!.AbsolutePath == "/sign-in");
            Assert.True(refused, $"{method} {pattern} answered {(int)response.StatusCode} to nobody");
            checkedCount++;
        }

        Assert.True(checkedCount > 30, $"only {checkedCount} endpoints were found");
    }

    [Theory]
    [InlineData("mgv_unknown")]
    [InlineData("not-even-a-token")]
    public async Task Api_UnknownToken_Answers401(string key)
    {
        using var client = await app.ClientAsync(null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);

        using var response = await client.GetAsync("/api/v1/me");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/api/v1/jobs")]
    [InlineData("POST", "/api/v1/assets")]
    [InlineData("POST", "/api/v1/uploads")]
    [InlineData("DELETE", "/api/v1/gallery/0199d0c0-0000-7000-8000-000000000000")]
    public async Task Api_ViewerChangesSomething_Answers403(string method, string path)
    {
        using var client = await app.ClientAsync(app.Viewer);

        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task UnknownPage_ForAMember_IsAPageWithStatus404()
    {
        using var client = await app.ClientAsync(app.Viewer);

        using var response = await client.GetAsync("/no-such-page");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("There is nothing at this address", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task EveryAnswer_OfThePages_CarriesSecurityHeaders()
    {
        using var client = await app.ClientAsync(null);

        using var response = await client.GetAsync("/sign-in");

        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Contains("script-src 'self';", policy);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.DoesNotContain("<script>", await response.Content.ReadAsStringAsync());
    }

    private IEnumerable<(string Method, string Pattern)> Endpoints() =>
        from endpoint in app.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null
        let pattern = "/" + endpoint.RoutePattern.RawText!.Trim('/')
        where !pattern.StartsWith("/_framework", StringComparison.Ordinal) && !pattern.StartsWith("/_blazor/initializers", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        where method is not ("HEAD" or "OPTIONS")
        select (method, pattern);

    private static string Fill(string pattern) => Parameter().Replace(pattern, match =>
        match.Value.Contains("guid", StringComparison.Ordinal) ? Guid.CreateVersion7().ToString() : "x");

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
