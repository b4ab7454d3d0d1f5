using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Domain.Models;
using Magvit.Domain.Workers;
using Magvit.Domain.Workspaces;
using Magvit.Testing;
using Xunit;

namespace Magvit.Infrastructure.Tests.Generation;

public sealed class SubmitGenerationJobTests
{
    private static readonly GenerationRequest Prediction = new() { Task = GenerationTask.FramePrediction };

    [Fact]
    public async Task SubmitAsync_OpenRequest_SettlesModelAndSeedInTheJob()
    {
        await using var platform = await StartAsync();
        var actor = await platform.AddMemberAsync();
        var input = await platform.AddAssetAsync(actor);

        var result = await SubmitAsync(platform, actor, Prediction with { InputAssetId = input.Id, ClassName = "ignored", Steps = 7 });

        Assert.Empty(result.Problems);
        var request = GenerationRequest.FromJson(result.Job!.Payload);
        Assert.Equal(("demo-64", "demo-64", 7), (request.Model, result.Job.Model, result.Job.Steps));
        Assert.InRange(request.Seed!.Value, 0, GenerationLimits.MaxSeed);
        Assert.Null(request.ClassName);
    }

    [Fact]
    public async Task SubmitAsync_GivenSeed_KeepsIt()
    {
        await using var platform = await StartAsync();
        var actor = await platform.AddMemberAsync();
        var result = await SubmitAsync(
            platform, actor, new GenerationRequest { Task = GenerationTask.ClassConditional, ClassName = "jump", Seed = GenerationLimits.MaxSeed });
        Assert.Equal(GenerationLimits.MaxSeed, GenerationRequest.FromJson(result.Job!.Payload).Seed);
    }

    [Fact]
    public async Task SubmitAsync_AssetOfAnotherWorkspace_IsNotThere()
    {
        await using var platform = await StartAsync();
        var actor = await platform.AddMemberAsync();
        await using var other = await StartAsync();
        var foreign = await other.AddAssetAsync(await other.AddMemberAsync());

        var result = await SubmitAsync(platform, actor, Prediction with { InputAssetId = foreign.Id, Steps = 0 });

        Assert.Null(result.Job);
        Assert.Equal(["input", "steps"], result.Problems.Select(problem => problem.Field));
    }

    [Fact]
    public async Task SubmitAsync_AsManyWaitingAsTheRoleAllows_SaysHowMany()
    {
        await using var platform = await StartAsync(new Dictionary<string, string?> { ["Platform:JobLimits:Creator:Queued"] = "1" });
        var actor = await platform.AddMemberAsync();
        var request = Prediction with { InputAssetId = (await platform.AddAssetAsync(actor)).Id };

        Assert.NotNull((await SubmitAsync(platform, actor, request)).Job);
        var second = await SubmitAsync(platform, actor, request);

        Assert.Equal((null, 1), (second.Job, second.QueueFull));
    }

    [Fact]
    public async Task SubmitAsync_Viewer_IsDenied()
    {
        await using var platform = await StartAsync();
        var viewer = await platform.AddMemberAsync(MemberRole.Viewer);
        await Assert.ThrowsAsync<AccessDeniedException>(() => SubmitAsync(platform, viewer, Prediction));
    }

    [Theory]
    [InlineData(MemberRole.Creator, false)]
    [InlineData(MemberRole.Admin, true)]
    public async Task CancelAsync_SomebodyElsesJob_OnlyAdministratorsMay(MemberRole role, bool expected)
    {
        await using var platform = await StartAsync();
        var owner = await platform.AddMemberAsync();
        var other = await platform.AddMemberAsync(role);
        var submitted = await SubmitAsync(platform, owner, Prediction with { InputAssetId = (await platform.AddAssetAsync(owner)).Id });
        var cancel = platform.Get<CancelJob>();

        if (expected)
        {
            Assert.Equal(SteerOutcome.Done, await cancel.CancelAsync(other, submitted.Job!.Id, CancellationToken.None));
        }
        else
        {
            await Assert.ThrowsAsync<AccessDeniedException>(() => cancel.CancelAsync(other, submitted.Job!.Id, CancellationToken.None));
            Assert.Equal(SteerOutcome.Done, await cancel.CancelAsync(owner, submitted.Job!.Id, CancellationToken.None));
            Assert.Equal(SteerOutcome.Done, await platform.Get<RetryJob>().RetryAsync(owner, submitted.Job.Id, CancellationToken.None));
        }
    }

    private static Task<SubmitGenerationResult> SubmitAsync(TestPlatform platform, Actor actor, GenerationRequest request)
        => platform.Get<SubmitGenerationJob>().SubmitAsync(actor, request, null, CancellationToken.None);

    private static async Task<TestPlatform> StartAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var platform = await TestPlatform.StartAsync(settings, services => services.AddJobWorkerInfrastructure());
        await using var worker = await platform.Get<IWorkerRegistry>().JoinAsync(new WorkerDescription("test", "cpu", 1), CancellationToken.None);
        await platform.Get<IModelRegistry>().RegisterAsync(worker.WorkerId, [TestPlatform.NewModel()], CancellationToken.None);
        return platform;
    }
}
