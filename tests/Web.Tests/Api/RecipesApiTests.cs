using System.Net;
using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Media;
using Magvit.Testing;
using Magvit.Web.Tests.Harness;
using Xunit;

namespace Magvit.Web.Tests.Api;

public sealed class RecipesApiTests(WebApp app) : IClassFixture<WebApp>
{
    private static readonly VideoFrames Frames = new(new byte[4 * 64 * 64 * 3], 4, 64, 64, 8, []);

    [Theory]
    [InlineData("mp4")]
    [InlineData("webm")]
    [InlineData("gif")]
    [InlineData("png")]
    public async Task Read_EachFormat_SetsTheStudioUpAsItWas(string format)
    {
        var (input, mask) = (await app.Platform.AddAssetAsync(app.Creator), await app.Platform.AddAssetAsync(app.Creator, AssetKind.Mask));
        var recipe = Recipe(input.Sha256, mask.Sha256);
        var file = await WriteAsync(format, recipe.ToJson());

        var answer = await (await PostAsync(app.Creator, file)).ReadAsync(HttpStatusCode.OK);

        Assert.Empty(answer.GetProperty("missing").EnumerateArray());
        Assert.Equal(7, answer.GetProperty("recipe").GetProperty("seed").GetInt64());
        var url = answer.Text("url");
        Assert.StartsWith("/studio?task=custom-mask", url);
        Assert.Contains($"input={input.Id}&mask={mask.Id}&start=3&stride=2&model=demo-64&class=run&seed=7&lock=1&steps=5&temperature=2.5&schedule=exp&guidance=1.5&keep=1", url);
    }

    [Fact]
    public async Task Read_InAnotherWorkspace_ListsWhatIsMissingInWords()
    {
        var (input, mask) = (await app.Platform.AddAssetAsync(app.Creator), await app.Platform.AddAssetAsync(app.Creator, AssetKind.Mask));
        var recipe = Recipe(input.Sha256, mask.Sha256);
        var file = await WriteAsync("png", (recipe with { Model = recipe.Model with { Name = "gone-64" } }).ToJson());

        var answer = await (await PostAsync(app.Stranger, file)).ReadAsync(HttpStatusCode.OK);

        var missing = answer.Texts("missing");
        Assert.Equal(3, missing.Length);
        Assert.Contains($"The clip that it was made from is not in this workspace (SHA-256 {input.Sha256.Value[..12]}…). Add it", missing[0]);
        Assert.Contains("Draw it again", missing[1]);
        Assert.Contains("'gone-64' is not installed", missing[2]);
        Assert.DoesNotContain("input=", answer.Text("url"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OtherWeightsOrUnknownClass_SaysThatTheClipWillDiffer()
    {
        var recipe = Recipe(null, null) with { Task = GenerationTask.ClassConditional };
        var other = await WriteAsync("gif", (recipe with { Model = recipe.Model with { Hash = new string('f', 64) } }).ToJson());
        var unknown = await WriteAsync("gif", (recipe with { ClassName = "fly" }).ToJson());

        Assert.Contains("other weights", Assert.Single((await (await PostAsync(app.Creator, other)).ReadAsync(HttpStatusCode.OK)).Texts("missing")));
        Assert.Contains("knows no class 'fly'", Assert.Single((await (await PostAsync(app.Creator, unknown)).ReadAsync(HttpStatusCode.OK)).Texts("missing")));
    }

    [Theory]
    [InlineData(null, "carries no recipe")]
    [InlineData("{\"schemaVersion\":99}", "cannot be read")]
    [InlineData("{\"schemaVersion\":1,\"task\":\"make-money\"}", "cannot be read")]
    public async Task Read_NoRecipeOrAStrangeOne_SaysSo(string? json, string words)
    {
        var problem = await (await PostAsync(app.Viewer, await WriteAsync("png", json))).ReadAsync(HttpStatusCode.UnprocessableEntity);

        Assert.Contains(words, problem.Text("detail"));
    }

    [Fact]
    public async Task Read_NoMediaAtAll_IsRefused()
    {
        using var response = await PostAsync(app.Creator, "not a picture"u8.ToArray());

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    private static Recipe Recipe(ContentHash? input, ContentHash? mask) => TestPlatform.NewRecipe(GenerationTask.CustomMask) with
    {
        Input = input is { } hash ? new RecipeInput(hash, 3, 2) : null,
        Mask = mask,
        ClassName = "run",
        Seed = 7,
        Steps = 5,
        Schedule = "exp",
        Temperature = 2.5,
        Guidance = 1.5,
        KeepInput = true,
    };

    private async Task<byte[]> WriteAsync(string format, string? json)
    {
        var path = Path.Combine(app.Platform.DataPath, $"{Guid.NewGuid():N}.{format}");
        await (format switch
        {
            "mp4" => VideoWriter.WriteMp4Async(Frames, path, json, CancellationToken.None),
            "webm" => VideoWriter.WriteWebmAsync(Frames, path, json, CancellationToken.None),
            "gif" => VideoWriter.WriteGifAsync(Frames, path, json, CancellationToken.None),
            _ => VideoWriter.WritePngSheetAsync(Frames, path, json, CancellationToken.None),
        });
        return await File.ReadAllBytesAsync(path);
    }

    private async Task<HttpResponseMessage> PostAsync(Actor actor, byte[] file)
    {
        using var client = await app.ClientAsync(actor);
        return await client.PostAsync("/api/v1/recipes/read", new ByteArrayContent(file));
    }
}
