using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Domain.Models;
using Magvit.Infrastructure.Jobs;
using Magvit.Testing;
using Xunit;

namespace Magvit.Infrastructure.Tests.Jobs;

public sealed class JobQueriesTests
{
    [Fact]
    public async Task ListAsync_SeveralPages_ShowsEachJobOnceNewestFirst()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync(name: "ada");
        var submitted = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            submitted.Add((await platform.SubmitAsync(actor)).Id);
        }

        var queries = platform.Get<JobQueries>();
        var seen = new List<JobSummary>();
        string? cursor = null;
        do
        {
            var page = await queries.ListAsync(platform.Workspace.Id, new JobFilter(), new PageRequest(cursor, 2), CancellationToken.None);
            Assert.InRange(page.Items.Count, 1, 2);
            seen.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(submitted.Order().Reverse(), seen.Select(job => job.Id));
        Assert.All(seen, job => Assert.Equal("ada", job.UserName));
    }

    [Fact]
    public async Task ListAsync_Filtered_ShowsOnlyWhatMatches()
    {
        await using var platform = await TestPlatform.StartAsync();
        var ada = await platform.AddMemberAsync();
        var bob = await platform.AddMemberAsync();
        var running = await platform.SubmitAsync(ada);
        await platform.SubmitAsync(bob);
        await platform.ClaimAsync(1);
        var queries = platform.Get<JobQueries>();

        async Task<IEnumerable<Guid>> IdsAsync(Guid workspace, JobFilter filter)
            => (await queries.ListAsync(workspace, filter, new PageRequest(), CancellationToken.None)).Items.Select(job => job.Id);

        Assert.Equal([running.Id], await IdsAsync(platform.Workspace.Id, new JobFilter { States = [JobState.Running] }));
        Assert.Equal([running.Id], await IdsAsync(platform.Workspace.Id, new JobFilter { UserId = ada.UserId }));
        Assert.Empty(await IdsAsync(Guid.NewGuid(), new JobFilter()));
        var counts = await queries.CountAsync(platform.Workspace.Id, CancellationToken.None);
        Assert.Equal((1, 1), (counts[JobState.Running], counts[JobState.Queued]));
    }

    [Fact]
    public async Task FindAsync_SucceededGeneration_ShowsRequestOutputsAndAttempts()
    {
        await using var platform = await TestPlatform.StartAsync(configure: services => services.AddJobWorkerInfrastructure());
        var actor = await platform.AddMemberAsync();
        await using var worker = await platform.JoinAsync();
        await platform.Get<IModelRegistry>().RegisterAsync(worker.WorkerId, [TestPlatform.NewModel()], CancellationToken.None);
        var input = await platform.AddAssetAsync(actor);
        var submitted = await platform.Get<SubmitGenerationJob>().SubmitAsync(
            actor, new GenerationRequest { Task = GenerationTask.FramePrediction, InputAssetId = input.Id }, null, CancellationToken.None);
        var job = (await platform.TryClaimAsync(worker.WorkerId, "demo-64"))!;
        JobResult[] results = [new(TestPlatform.NewAsset(actor), null), new(TestPlatform.NewAsset(actor), null)];
        await platform.Queue.CompleteAsync(job.Lease, results, CancellationToken.None);

        var details = await platform.Get<JobQueries>().FindAsync(platform.Workspace.Id, submitted.Job!.Id, CancellationToken.None);

        Assert.NotNull(details);
        Assert.Equal((GenerationTask.FramePrediction, "demo-64"), (details.Job.Request!.Task, details.Job.Request.Model));
        Assert.NotNull(details.Job.Request.Seed);
        Assert.Equal(results.Select(result => result.Asset.Id), details.Job.Outputs.Select(output => output.Asset.Id));
        Assert.Equal(AttemptOutcome.Succeeded, Assert.Single(details.Attempts).Outcome);
        Assert.Null(details.Job.QueuePosition);
        Assert.Null(await platform.Get<JobQueries>().FindAsync(Guid.NewGuid(), job.Id, CancellationToken.None));
    }

    [Fact]
    public async Task FindAsync_WaitingWithHistory_TellsWhenItWillBeDone()
    {
        await using var platform = await TestPlatform.StartAsync(configure: services => services.AddJobWorkerInfrastructure());
        await using var worker = await platform.JoinAsync();
        var actor = await platform.AddMemberAsync();
        await platform.SubmitAsync(actor);
        var first = await platform.ClaimAsync(worker.WorkerId);
        await Task.Delay(200);
        await platform.Queue.CompleteAsync(first.Lease, [], CancellationToken.None);
        await platform.SubmitAsync(actor);
        var waiting = await platform.SubmitAsync(actor);

        var details = await platform.Get<JobQueries>().FindAsync(platform.Workspace.Id, waiting.Id, CancellationToken.None);

        Assert.Equal(2, details!.Job.QueuePosition);
        Assert.InRange(details.Job.Eta!.Value, TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(20));
    }
}
