using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Magvit.Domain.Assets;
using Magvit.Infrastructure;
using Magvit.Infrastructure.Assets;
using Magvit.Web.Tests.Harness;
using Microsoft.AspNetCore.Mvc.Testing;
using Xunit;

namespace Magvit.Web.Tests.Access;

public sealed class SignInTests
{
    private const string Email = "ada@example.org";
    private const string Password = "a-long-password";

    [Fact]
    public async Task FirstRun_NoAccount_SetsUpTheAdministratorOnceAndCloses()
    {
        await using var app = await WebApp.StartEmptyAsync();
        using var browser = Browser(app);

        Assert.Equal("/setup", (await PageAsync(browser, "/gallery")).Headers.Location!.OriginalString);
        var refused = await PostAsync(browser, "/setup", "set-up", Email, Password, repeat: "another-password");
        Assert.Contains("The two passwords differ", await refused.Content.ReadAsStringAsync());
        var made = await PostAsync(browser, "/setup", "set-up", Email, Password, Password);
        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PageAsync(browser, "/studio")).StatusCode);
        Assert.EndsWith("/sign-in", (await PageAsync(browser, "/setup")).Headers.Location!.OriginalString);

        // Whoever kept the form open comes too late.
        using var late = Browser(app);
        Assert.NotEqual(HttpStatusCode.OK, (await PageAsync(late, "/studio")).StatusCode);
    }

    // With what ships beside demo-64: every file must be good, and made by the weights that ship.
    [Fact]
    public async Task FirstRun_ShippedExamples_OpensTheStudioWithAClipAndFillsTheGallery()
    {
        var models = Path.Combine(Root(), "models");
        await using var app = await WebApp.StartEmptyAsync(new Dictionary<string, string?> { ["Platform:Examples"] = "true", ["Platform:ModelsPath"] = models });
        using var browser = Browser(app);

        var made = await PostAsync(browser, "/setup", "set-up", Email, Password, Password);
        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        var studio = new Uri(new Uri("http://localhost"), made.Headers.Location!);
        Assert.Equal("/studio", studio.AbsolutePath);
        var page = await PageAsync(browser, studio.PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);

        // The set-up does not wait for ever on a busy machine: the examples may still be on their way.
        var files = Directory.GetFiles(Path.Combine(models, "demo-64", "gallery"), "*.mp4").Length;
        var deadline = DateTime.UtcNow.AddMinutes(4);
        JsonElement items;
        do
        {
            await Task.Delay(500);
            items = (await (await browser.GetAsync("/api/v1/gallery?take=100")).ReadAsync(HttpStatusCode.OK)).GetProperty("items");
        }
        while (items.GetArrayLength() < files && DateTime.UtcNow < deadline);

        Assert.Equal(files, items.GetArrayLength());
        var recipes = items.EnumerateArray().Select(item => item.GetProperty("recipe")).ToList();
        Assert.True(recipes.Select(recipe => recipe.Text("task")).Distinct().Count() >= 10);
        Assert.Equal(16, recipes.Where(recipe => recipe.Text("task") == "class-conditional").Select(recipe => recipe.Text("className")).Distinct().Count());
        var weights = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(models, "demo-64", "tokenizer", "model.safetensors"))));
        Assert.All(recipes, recipe => Assert.Equal(weights, recipe.GetProperty("model").Text("tokenizerHash")));
        var clips = await app.Get<AssetQueries>().ListAsync(app.Platform.Workspace.Id, new AssetFilter { Kinds = [AssetKind.Video] }, new PageRequest(), CancellationToken.None);
        Assert.Equal(6, clips.Items.Count);
    }

    [Fact]
    public async Task SignIn_RightAndWrongPassword_OpensAndRefuses()
    {
        await using var app = await WebApp.StartEmptyAsync();
        using (var first = Browser(app))
        {
            await PostAsync(first, "/setup", "set-up", Email, Password, Password);
        }

        using var browser = Browser(app);
        Assert.Contains("/sign-in?returnUrl=%2Fgallery", (await PageAsync(browser, "/gallery")).Headers.Location!.OriginalString);
        var wrong = await PostAsync(browser, "/sign-in", "sign-in", Email, "not-the-password");
        Assert.Contains("do not match an account", await wrong.Content.ReadAsStringAsync());
        var right = await PostAsync(browser, "/sign-in?returnUrl=%2Fgallery", "sign-in", Email, Password);
        Assert.EndsWith("/gallery", right.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await PageAsync(browser, "/gallery")).StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/jobs?mine=1", "/jobs?mine=1")]
    [InlineData(null, "/")]
    public void LocalUrl_AnyReturnAddress_StaysOnThisSite(string? url, string expected) =>
        Assert.Equal(expected, Magvit.Web.Access.LocalUrl.OrHome(url));

    [Fact]
    public async Task SignIn_ManyAttempts_AreSlowedDown()
    {
        await using var app = await WebApp.StartEmptyAsync();
        using (var first = Browser(app))
        {
            await PostAsync(first, "/setup", "set-up", Email, Password, Password);
        }

        using var browser = Browser(app);
        var statuses = new List<HttpStatusCode>();
        for (var attempt = 0; attempt < 14; attempt++)
        {
            statuses.Add((await PostAsync(browser, "/sign-in", "sign-in", Email, $"guess-number-{attempt}")).StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(HttpStatusCode.OK, statuses[0]);
    }

    [Fact]
    public async Task Api_CookieWithoutAntiforgeryToken_IsRefusedForChangesOnly()
    {
        await using var app = await WebApp.StartEmptyAsync();
        using var browser = Browser(app);
        await PostAsync(browser, "/setup", "set-up", Email, Password, Password);

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/me")).StatusCode);
        var refused = await (await browser.PostAsync("/api/v1/uploads", Opening())).ReadAsync(HttpStatusCode.BadRequest);
        Assert.Contains("antiforgery", refused.Text("title"));
        var token = (await (await browser.GetAsync("/api/v1/antiforgery")).ReadAsync(HttpStatusCode.OK)).Text("token");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads") { Content = Opening() };
        request.Headers.Add("RequestVerificationToken", token);
        await (await browser.SendAsync(request)).ReadAsync(HttpStatusCode.OK);
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Magvit.Platform.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return folder;
    }

    private static StringContent Opening() => new("""{"key":"k","name":"n","size":5}""", Encoding.UTF8, "application/json");

    private static HttpClient Browser(WebApp app) =>
        app.Factory.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, HandleCookies = true });

    private static async Task<HttpResponseMessage> PageAsync(HttpClient browser, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/html");
        return await browser.SendAsync(request);
    }

    /// <summary>Fills in a form as a browser does: hidden fields come from the page.</summary>
    private static async Task<HttpResponseMessage> PostAsync(
        HttpClient browser, string path, string form, string email, string password, string? repeat = null)
    {
        var page = await new HtmlParser().ParseDocumentAsync(await (await PageAsync(browser, path)).Content.ReadAsStreamAsync());
        var fields = page.QuerySelectorAll("form input[type=hidden]").ToDictionary(input => input.GetAttribute("name")!, input => input.GetAttribute("value") ?? "");
        Assert.Equal(form, fields["_handler"]);
        fields["Input.Email"] = email;
        fields["Input.Password"] = password;
        if (repeat is not null)
        {
            fields["Input.Repeat"] = repeat;
        }

        return await browser.PostAsync(path, new FormUrlEncodedContent(fields));
    }
}
