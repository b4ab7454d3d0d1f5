using System.Security.Cryptography;
using Magvit.Domain.Assets;
using Magvit.Domain.Gallery;
using Magvit.Domain.Generation;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Assets;
using Magvit.Infrastructure.Examples;
using Magvit.Infrastructure.Gallery;
using Magvit.Infrastructure.Media;
using Magvit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Xunit;

namespace Magvit.Infrastructure.Tests.Gallery;

public sealed class WorkspaceExamplesTests : IDisposable
{
    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("magvit-examples-");

    public void Dispose() => _models.Delete(recursive: true);

    [Fact]
    public async Task AddMissingAsync_NewWorkspaces_EachGetsEverythingOnce()
    {
        var recipe = await WriteExamplesAsync();
        await using var platform = await StartAsync();
        var examples = platform.Get<WorkspaceExamples>();
        Assert.Equal(0, await examples.AddMissingAsync(CancellationToken.None)); // nobody is there yet
        await platform.AddMemberAsync();
        var admin = await platform.AddMemberAsync(MemberRole.Admin);
        var other = await AddWorkspaceAsync(platform, admin);

        // Two processes at once: one adds, the other finds it done.
        var served = await Task.WhenAll(examples.AddMissingAsync(CancellationToken.None), examples.AddMissingAsync(CancellationToken.None));
        Assert.Equal(2, served.Sum());
        foreach (var workspace in new[] { platform.Workspace.Id, other })
        {
            var items = (await platform.Get<GalleryQueries>().ListAsync(workspace, new GalleryFilter(), new PageRequest(), CancellationToken.None)).Items;
            var (predicted, made) = (items[0], items[1]);
            Assert.Equal(2, items.Count); // the broken file is left out
            Assert.Equal((null, "Frame prediction · Knight walks", admin.UserId), (predicted.JobId, predicted.Title, predicted.CreatedBy));
            Assert.Equal(recipe, predicted.Recipe);
            Assert.Contains("· walk", made.Title, StringComparison.Ordinal);
            Assert.Equal((16, 32, 32), (made.Asset.Frames, made.Asset.Width, made.Asset.Height));

            var details = await platform.Get<GalleryQueries>().FindAsync(workspace, predicted.Id, CancellationToken.None);
            Assert.Equal(recipe.Input!.Sha256, Assert.Single(details!.Parents).Sha256);
            Assert.Empty(details.Siblings); // examples are no job's
            Assert.NotNull(platform.Get<IArtifactStore>().TryGetPath(predicted.Asset.SheetSha256));
        }

        // What is deleted stays deleted, whatever starts again.
        var first = (await platform.Get<GalleryQueries>().ListAsync(platform.Workspace.Id, new GalleryFilter(), new PageRequest(), CancellationToken.None)).Items[0];
        Assert.True(await platform.Get<ManageGallery>().DeleteAsync(admin, first.Id, CancellationToken.None));
        Assert.Equal(0, await examples.AddMissingAsync(CancellationToken.None));
        Assert.Equal(1, await platform.Get<GalleryQueries>().CountAsync(platform.Workspace.Id, new GalleryFilter(), CancellationToken.None));
        var library = await platform.Get<AssetQueries>().ListAsync(platform.Workspace.Id, new AssetFilter { Kinds = [AssetKind.Video] }, new PageRequest(), CancellationToken.None);
        Assert.Equal("Knight walks", Assert.Single(library.Items).Name);
    }

    private Task<TestPlatform> StartAsync() => TestPlatform.StartAsync(
        new Dictionary<string, string?> { ["Platform:Examples"] = "true", ["Platform:ModelsPath"] = _models.FullName }, services =>
        {
            services.AddExamples();
            services.AddSingleton<IHostApplicationLifetime, ApplicationLifetime>();
        });

    private async Task<Recipe> WriteExamplesAsync()
    {
        var gallery = Path.Combine(_models.FullName, "demo", "gallery");
        Directory.CreateDirectory(Path.Combine(gallery, "inputs"));
        var input = Path.Combine(gallery, "inputs", "01-knight-walks.mp4");
        await VideoWriter.WriteMp4Async(Frames(40), input, null, CancellationToken.None);
        var hash = ContentHash.Parse(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(input))));
        var recipe = TestPlatform.NewRecipe(model: "demo") with { Input = new RecipeInput(hash, 0, 1) };
        await VideoWriter.WriteMp4Async(Frames(90), Path.Combine(gallery, "01-frame-prediction.mp4"), recipe.ToJson(), CancellationToken.None);
        await VideoWriter.WriteMp4Async(
            Frames(160), Path.Combine(gallery, "02-class.mp4"), (recipe with { Task = GenerationTask.ClassConditional, Input = null, ClassName = "walk" }).ToJson(), CancellationToken.None);
        await VideoWriter.WriteMp4Async(Frames(200), Path.Combine(gallery, "03-without-a-recipe.mp4"), null, CancellationToken.None);
        return recipe;
    }

    private static VideoFrames Frames(byte level) => new(Enumerable.Repeat(level, 16 * 32 * 32 * 3).ToArray(), 16, 32, 32, 8, []);

    private static async Task<Guid> AddWorkspaceAsync(TestPlatform platform, Actor member)
    {
        var workspace = Workspace.Create("Second", DateTimeOffset.UtcNow);
        await using var db = await platform.OpenAsync();
        db.Workspaces.Add(workspace);
        db.Members.Add(Member.Create(workspace.Id, member.UserId, MemberRole.Admin, DateTimeOffset.UtcNow));
        await db.SaveChangesAsync();
        return workspace.Id;
    }
}
