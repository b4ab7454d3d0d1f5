using Magvit.Domain.Models;
using Magvit.Domain.Workers;
using Magvit.Infrastructure.Models;
using Magvit.Infrastructure.Workers;
using Magvit.Testing;
using Xunit;

namespace Magvit.Infrastructure.Tests.Models;

public sealed class ModelRegistryTests
{
    [Fact]
    public async Task RegisterAsync_WorkersComeAndGo_KeepsModelsAndCountsLivingWorkers()
    {
        await using var platform = await StartAsync();
        var registry = platform.Get<IModelRegistry>();
        var first = await JoinAsync(platform);
        await using var second = await JoinAsync(platform);

        await Task.WhenAll(
            registry.RegisterAsync(first.WorkerId, [TestPlatform.NewModel("demo-64"), TestPlatform.NewModel("mine")], CancellationToken.None),
            registry.RegisterAsync(second.WorkerId, [TestPlatform.NewModel("demo-64")], CancellationToken.None));
        var whileBoth = await platform.Get<ModelQueries>().ListAsync(CancellationToken.None);
        await first.DisposeAsync();
        var afterwards = await platform.Get<ModelQueries>().ListAsync(CancellationToken.None);

        Assert.Equal([("demo-64", 2), ("mine", 1)], whileBoth.Select(Count).Order());
        Assert.Equal([("demo-64", 1), ("mine", 0)], afterwards.Select(Count).Order());
        Assert.Equivalent(TestPlatform.NewModel("mine").Tasks, (await registry.ListAsync(CancellationToken.None)).Single(m => m.Name == "mine").Tasks);
    }

    [Fact]
    public async Task RegisterAsync_NewWeightsUnderAKnownName_BringsTheModelUpToDate()
    {
        await using var platform = await StartAsync();
        var registry = platform.Get<IModelRegistry>();
        await using var worker = await JoinAsync(platform);
        await registry.RegisterAsync(worker.WorkerId, [TestPlatform.NewModel()], CancellationToken.None);
        var before = Assert.Single(await registry.ListAsync(CancellationToken.None));

        await registry.RegisterAsync(
            worker.WorkerId, [TestPlatform.NewModel() with { ModelHash = new string('c', 64), ClassNames = ["wave"] }], CancellationToken.None);

        var after = Assert.Single(await registry.ListAsync(CancellationToken.None));
        Assert.Equal(new string('c', 64), after.ModelHash);
        Assert.Equal(["wave"], after.ClassNames);
        Assert.Equal(new TokenGrid(4, 16, 16), after.TokenGrid);
        Assert.Equal(before.RegisteredAt, after.RegisteredAt);
        Assert.Equal(["demo-64"], Assert.Single(await platform.Get<WorkerQueries>().ListAsync(CancellationToken.None)).Models);
    }

    private static (string Name, int Workers) Count(ModelSummary summary) => (summary.Model.Name, summary.Workers);

    private static Task<TestPlatform> StartAsync() => TestPlatform.StartAsync(configure: services => services.AddJobWorkerInfrastructure());

    private static Task<IWorkerPresence> JoinAsync(TestPlatform platform)
        => platform.Get<IWorkerRegistry>().JoinAsync(new WorkerDescription("test", "cpu", 1), CancellationToken.None);
}
