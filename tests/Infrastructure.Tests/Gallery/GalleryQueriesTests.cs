using Magvit.Domain.Assets;
using Magvit.Domain.Gallery;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Assets;
using Magvit.Infrastructure.Gallery;
using Magvit.Infrastructure.Tests.Jobs;
using Magvit.Testing;
using Xunit;

namespace Magvit.Infrastructure.Tests.Gallery;

public sealed class GalleryQueriesTests
{
    [Fact]
    public async Task ListAsync_EachFilter_ShowsOnlyWhatMatches()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var predicted = await AddAsync(platform, actor, GenerationTask.FramePrediction, "demo-64", "100% rain_bow");
        var painted = await AddAsync(platform, actor, GenerationTask.InpaintCentral, "mine", "Other");
        var queries = platform.Get<GalleryQueries>();

        async Task<IEnumerable<Guid>> IdsAsync(GalleryFilter filter)
            => (await queries.ListAsync(platform.Workspace.Id, filter, new PageRequest(), CancellationToken.None)).Items.Select(item => item.Id);

        Assert.Equal([painted.Id, predicted.Id], await IdsAsync(new GalleryFilter()));
        Assert.Equal([predicted.Id], await IdsAsync(new GalleryFilter { Task = GenerationTask.FramePrediction }));
        Assert.Equal([painted.Id], await IdsAsync(new GalleryFilter { Model = "mine" }));
        Assert.Equal([predicted.Id], await IdsAsync(new GalleryFilter { Text = "0% RAIN_" }));
        Assert.Empty(await IdsAsync(new GalleryFilter { Text = "rain%bow" })); // no wildcards
        Assert.Empty(await IdsAsync(new GalleryFilter { CreatedBy = Guid.NewGuid() }));
        Assert.Equal(2, await queries.CountAsync(platform.Workspace.Id, new GalleryFilter(), CancellationToken.None));
        Assert.Equal(0, await queries.CountAsync(Guid.NewGuid(), new GalleryFilter(), CancellationToken.None));
    }

    [Fact]
    public async Task FindAsync_ItemWithParentAndSibling_ShowsBoth()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var parent = await platform.AddAssetAsync(actor);
        await platform.SubmitAsync(actor);
        var job = await platform.ClaimAsync(1);
        var items = new[] { NewItem(actor, job, GenerationTask.FramePrediction, "demo-64", "one", parent.Id), NewItem(actor, job, GenerationTask.FramePrediction, "demo-64", "two", parent.Id) };
        await platform.Queue.CompleteAsync(job.Lease, items, CancellationToken.None);

        var details = await platform.Get<GalleryQueries>().FindAsync(platform.Workspace.Id, items[0].GalleryItem!.Id, CancellationToken.None);

        Assert.NotNull(details);
        Assert.Equal(items[0].GalleryItem!.Recipe, details.Item.Recipe);
        Assert.Equal(items[0].Asset.Sha256, details.Item.Asset.Sha256);
        Assert.Equal(parent.Id, Assert.Single(details.Parents).Id);
        Assert.Equal(items[1].GalleryItem!.Id, Assert.Single(details.Siblings).Id);
        Assert.True(await platform.Get<AssetQueries>().MayReadAsync(platform.Workspace.Id, items[0].Asset.PosterSha256, CancellationToken.None));
        Assert.False(await platform.Get<AssetQueries>().MayReadAsync(Guid.NewGuid(), items[0].Asset.PosterSha256, CancellationToken.None));
    }

    // What Remix begins with. A result of an earlier version, or of a deleted upload that was added again, does not name it among its parents.
    [Fact]
    public async Task FindAsync_RecipeWithInputAndMask_NamesTheirAssets()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var (parent, mask) = (await platform.AddAssetAsync(actor), await platform.AddAssetAsync(actor));
        async Task<GalleryDetails> AddAsync(ContentHash input, params Guid[] parents)
        {
            await platform.SubmitAsync(actor);
            var job = await platform.ClaimAsync(1);
            var asset = TestPlatform.NewAsset(actor);
            var recipe = TestPlatform.NewRecipe(GenerationTask.CustomMask) with { Input = new RecipeInput(input, 0, 1), Mask = mask.Sha256 };
            var item = GalleryItem.Create(asset, job.Id, recipe, parents);
            await platform.Queue.CompleteAsync(job.Lease, [new JobResult(asset, item)], CancellationToken.None);
            return (await platform.Get<GalleryQueries>().FindAsync(platform.Workspace.Id, item.Id, CancellationToken.None))!;
        }

        var named = await AddAsync(parent.Sha256, parent.Id);
        var found = await AddAsync(parent.Sha256);
        var gone = await AddAsync(TestPlatform.NewAsset(actor).Sha256);

        Assert.Equal((parent.Id, mask.Id), (named.InputId, named.MaskId));
        Assert.Equal((parent.Id, mask.Id), (found.InputId, found.MaskId));
        Assert.Equal((null, mask.Id), (gone.InputId, gone.MaskId));
    }

    [Fact]
    public async Task DeleteAsync_ByStranger_IsDenied_ByOwner_GoesToTheBinAndBack()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var stranger = await platform.AddMemberAsync();
        var item = await AddAsync(platform, actor, GenerationTask.FramePrediction, "demo-64", "clip");
        var manage = platform.Get<ManageGallery>();
        var queries = platform.Get<GalleryQueries>();
        Task<int> CountAsync(bool deleted) => queries.CountAsync(platform.Workspace.Id, new GalleryFilter { IsDeleted = deleted }, CancellationToken.None);

        await Assert.ThrowsAsync<AccessDeniedException>(() => manage.DeleteAsync(stranger, item.Id, CancellationToken.None));
        Assert.Equal((1, 0), (await CountAsync(false), await CountAsync(true)));

        Assert.True(await manage.DeleteAsync(actor, item.Id, CancellationToken.None));
        Assert.Equal((0, 1), (await CountAsync(false), await CountAsync(true)));

        Assert.True(await manage.RestoreAsync(actor, item.Id, CancellationToken.None));
        Assert.True(await manage.RenameAsync(actor, item.Id, "Better", CancellationToken.None));
        Assert.Equal("Better", (await queries.FindAsync(platform.Workspace.Id, item.Id, CancellationToken.None))!.Item.Title);
        Assert.False(await manage.DeleteAsync(actor, Guid.NewGuid(), CancellationToken.None));
    }

    private static async Task<GalleryItem> AddAsync(TestPlatform platform, Actor actor, GenerationTask task, string model, string title)
    {
        await platform.SubmitAsync(actor);
        var job = await platform.ClaimAsync(1);
        var result = NewItem(actor, job, task, model, title, Guid.NewGuid());
        await platform.Queue.CompleteAsync(job.Lease, [result], CancellationToken.None);
        return result.GalleryItem!;
    }

    private static JobResult NewItem(Actor actor, Job job, GenerationTask task, string model, string title, Guid parent)
    {
        var asset = TestPlatform.NewAsset(actor);
        var item = GalleryItem.Create(asset, job.Id, TestPlatform.NewRecipe(task, model), [parent]);
        item.Rename(title);
        return new JobResult(asset, item);
    }
}
