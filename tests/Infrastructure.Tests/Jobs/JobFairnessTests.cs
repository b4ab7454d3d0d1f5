using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Jobs;
using Magvit.Testing;
using Xunit;

namespace Magvit.Infrastructure.Tests.Jobs;

/// <summary>Whose turn it is, and whether the place that users see is the place that they get.</summary>
public sealed class JobFairnessTests
{
    private static readonly string[] Expected = ["A1", "B1", "C1", "A2", "B2", "A3"];

    [Theory]
    [InlineData(true)] // one worker: each job ends before the next is taken
    [InlineData(false)] // many workers: nothing ends meanwhile
    public async Task ClaimAsync_ThreeUsers_ServesThemInTurn(bool endEach)
    {
        await using var platform = await TestPlatform.StartAsync();
        await SubmitAllAsync(platform);

        var order = new List<string>();
        while (await platform.TryClaimAsync(1) is { } job)
        {
            order.Add(NameOf(job.Payload));
            if (endEach)
            {
                await platform.Queue.CompleteAsync(job.Lease, [], CancellationToken.None);
            }
        }

        Assert.Equal(Expected, order);
    }

    [Fact]
    public async Task QueuePosition_AtEachMoment_IsTheOrderInWhichJobsAreTaken()
    {
        await using var platform = await TestPlatform.StartAsync();
        await SubmitAllAsync(platform);
        var queries = platform.Get<JobQueries>();

        for (var taken = 0; taken < Expected.Length; taken++)
        {
            var page = await queries.ListAsync(
                platform.Workspace.Id, new JobFilter { States = [JobState.Queued] }, new PageRequest(), CancellationToken.None);
            Assert.Equal(Expected[taken..], page.Items.OrderBy(job => job.QueuePosition).Select(job => NameOf(job.Payload)));
            Assert.Equal(Enumerable.Range(1, Expected.Length - taken), page.Items.Select(job => job.QueuePosition!.Value).Order());

            var claimed = await platform.ClaimAsync(1);
            Assert.Equal(Expected[taken], NameOf(claimed.Payload));
        }
    }

    [Fact]
    public async Task ClaimAsync_JobsOfOneUser_TakesPriorityThenAge()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        var old = await platform.SubmitAsync(actor);
        var young = await platform.SubmitAsync(actor);
        var urgent = await platform.SubmitAsync(actor, priority: 5);

        Guid[] order = [(await platform.ClaimAsync(1)).Id, (await platform.ClaimAsync(1)).Id, (await platform.ClaimAsync(1)).Id];

        Assert.Equal([urgent.Id, old.Id, young.Id], order);
    }

    [Fact]
    public async Task ClaimAsync_UserRunsAsManyAsTheRoleAllows_PassesToTheNextUser()
    {
        await using var platform = await TestPlatform.StartAsync(new Dictionary<string, string?>
        {
            ["Platform:JobLimits:Creator:Running"] = "1",
            ["Platform:JobLimits:Trainer:Running"] = "2",
        });
        Assert.Equal(new RoleJobLimits(50, 1), platform.Get<JobLimits>().Creator);
        var creator = await platform.AddMemberAsync(MemberRole.Creator);
        var trainer = await platform.AddMemberAsync(MemberRole.Trainer);
        for (var i = 0; i < 3; i++)
        {
            await platform.SubmitAsync(creator);
            await platform.SubmitAsync(trainer);
        }

        var taken = new List<Job>();
        while (await platform.TryClaimAsync(1) is { } job)
        {
            taken.Add(job);
        }

        Assert.Equal(1, taken.Count(job => job.UserId == creator.UserId));
        Assert.Equal(2, taken.Count(job => job.UserId == trainer.UserId));

        await platform.Queue.CompleteAsync(taken.First(job => job.UserId == creator.UserId).Lease, [], CancellationToken.None);
        Assert.Equal(creator.UserId, (await platform.ClaimAsync(1)).UserId);
    }

    [Fact]
    public async Task ClaimAsync_UserOfTwoWorkspaces_TakesPriorityThenAgeAcrossBoth()
    {
        await using var platform = await TestPlatform.StartAsync();
        var here = await platform.AddMemberAsync();
        var now = DateTimeOffset.UtcNow;
        var workspace = Workspace.Create("Elsewhere", now);
        var membership = Member.Create(workspace.Id, here.UserId, MemberRole.Trainer, now);
        await using (var db = await platform.OpenAsync())
        {
            db.Workspaces.Add(workspace);
            db.Members.Add(membership);
            await db.SaveChangesAsync();
        }

        var first = await platform.SubmitAsync(here);
        var second = await platform.SubmitAsync(membership.ToActor());
        var third = await platform.SubmitAsync(here);
        var urgent = await platform.SubmitAsync(membership.ToActor(), priority: 1);

        var order = new List<Guid>();
        while (await platform.TryClaimAsync(1) is { } job)
        {
            order.Add(job.Id);
            await platform.Queue.CompleteAsync(job.Lease, [], CancellationToken.None);
        }

        Assert.Equal([urgent.Id, first.Id, second.Id, third.Id], order);
    }

    [Fact]
    public async Task ClaimAsync_FirstJobNeedsAnotherModel_TakesTheNextOfTheSameUser()
    {
        await using var platform = await TestPlatform.StartAsync();
        var actor = await platform.AddMemberAsync();
        await platform.SubmitAsync(actor, model: "another");
        var possible = await platform.SubmitAsync(actor, model: "mine");

        Assert.Equal(possible.Id, (await platform.TryClaimAsync(1, "mine"))?.Id);
        Assert.Null(await platform.TryClaimAsync(1, "mine"));
    }

    private static async Task SubmitAllAsync(TestPlatform platform)
    {
        foreach (var (user, jobs) in new[] { ("A", 3), ("B", 2), ("C", 1) })
        {
            var actor = await platform.AddMemberAsync();
            for (var i = 1; i <= jobs; i++)
            {
                await platform.SubmitAsync(actor, $"\"{user}{i}\"", kind: JobKind.Generate);
            }
        }
    }

    private static string NameOf(string payload) => payload.Trim('"');
}
