using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;
using Xunit;

namespace Magvit.Domain.Tests.Jobs;

public sealed class JobTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly JobFailure Failure = new("It broke.");

    /// <summary>Every verb of a job, by name.</summary>
    private static readonly Dictionary<string, Action<Job>> Verbs = new()
    {
        ["Start"] = job => job.Start(2, 99, Now.AddSeconds(30), Now),
        ["Succeed"] = job => job.Succeed([new JobOutput(0, Guid.NewGuid(), null)], null, Now),
        ["Fail"] = job => job.Fail(Failure, Now),
        ["TakeBack"] = job => job.TakeBack("gone", Now),
        ["Release"] = job => job.Release(Now),
        ["RequestCancel"] = job => job.RequestCancel(Now),
        ["AcknowledgeCancel"] = job => job.AcknowledgeCancel(Now),
        ["Retry"] = job => job.Retry(),
    };

    /// <summary>What each verb leads to from each state; verbs that are not named throw.</summary>
    private static readonly Dictionary<string, Dictionary<string, JobState>> Transitions = new()
    {
        ["Queued"] = new() { ["Start"] = JobState.Running, ["RequestCancel"] = JobState.Cancelled },
        ["Running"] = new()
        {
            ["Succeed"] = JobState.Succeeded,
            ["Fail"] = JobState.Queued,
            ["TakeBack"] = JobState.Queued,
            ["Release"] = JobState.Queued,
            ["RequestCancel"] = JobState.Running,
        },
        ["LastTry"] = new()
        {
            ["Succeed"] = JobState.Succeeded,
            ["Fail"] = JobState.Failed,
            ["TakeBack"] = JobState.Failed,
            ["Release"] = JobState.Queued,
            ["RequestCancel"] = JobState.Running,
        },
        ["Cancelling"] = new()
        {
            ["Fail"] = JobState.Cancelled,
            ["TakeBack"] = JobState.Cancelled,
            ["Release"] = JobState.Cancelled,
            ["AcknowledgeCancel"] = JobState.Cancelled,
            ["RequestCancel"] = JobState.Running,
        },
        ["Succeeded"] = [],
        ["Failed"] = new() { ["Retry"] = JobState.Queued },
        ["Cancelled"] = new() { ["Retry"] = JobState.Queued },
    };

    public static TheoryData<string, string, JobState?> AllTransitions()
    {
        var rows = new TheoryData<string, string, JobState?>();
        foreach (var (state, legal) in Transitions)
        {
            foreach (var verb in Verbs.Keys)
            {
                rows.Add(state, verb, legal.TryGetValue(verb, out var next) ? next : null);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(AllTransitions))]
    public void Verb_InEachState_LeadsWhereItMayOrThrows(string state, string verb, JobState? expected)
    {
        var job = InState(state);
        var before = (job.State, job.Attempt, job.Token, job.CancelRequested, job.Attempts.Count);

        if (expected is { } next)
        {
            Verbs[verb](job);
            Assert.Equal(next, job.State);
            Assert.Equal(job.IsFinished, job.FinishedAt is not null);
            Assert.Equal(job.State == JobState.Running, job.Token is not null);
            Assert.Equal(job.State == JobState.Running ? 1 : 0, job.Attempts.Count(attempt => attempt.EndedAt is null));
        }
        else
        {
            var thrown = Assert.Throws<InvalidJobTransitionException>(() => Verbs[verb](job));
            Assert.Contains(job.State.ToString(), thrown.Message, StringComparison.Ordinal);
            Assert.Equal(before, (job.State, job.Attempt, job.Token, job.CancelRequested, job.Attempts.Count));
        }
    }

    [Fact]
    public void Start_SecondTry_BeginsFromTheFirstStep()
    {
        var job = InState("Running");
        job.Fail(Failure, Now);
        Assert.Equal("It broke.", job.Error);

        job.Start(7, 42, Now.AddSeconds(30), Now);

        Assert.Equal((2, 0, 7, 42L), (job.Attempt, job.Step, job.OwnerWorkerId, job.Token));
        Assert.Equal([1, 2], job.Attempts.Select(attempt => attempt.Number));
        Assert.Equal((AttemptOutcome.Failed, "It broke."), (job.Attempts[0].Outcome, job.Attempts[0].Reason));
    }

    [Fact]
    public void Fail_Permanently_UsesNoMoreTries()
    {
        var job = InState("Running");
        job.Fail(Failure with { IsPermanent = true }, Now);
        Assert.Equal(JobState.Failed, job.State);
    }

    [Fact]
    public void Release_AnyNumberOfTimes_NeverUsesUpATry()
    {
        var job = InState("Running");
        for (var i = 0; i < 10; i++)
        {
            job.Release(Now);
            job.Start(1, i, Now, Now);
        }

        job.Fail(Failure, Now);
        Assert.Equal(JobState.Queued, job.State);
    }

    [Fact]
    public void Succeed_AfterAFailedTry_ForgetsTheError()
    {
        var job = InState("Running");
        job.Fail(Failure, Now);
        job.Start(1, 2, Now, Now);
        job.Succeed([], null, Now);
        Assert.Null(job.Error);
        Assert.Equal(job.Steps, job.Step);
    }

    [Fact]
    public void Retry_Failed_GivesAsManyTriesAsANewJob()
    {
        var job = InState("Failed");
        job.Retry();
        Assert.Equal(Job.DefaultMaxAttempts, job.MaxAttempts - job.Attempt);
        Assert.Null(job.Error);
        Assert.Null(job.FinishedAt);
    }

    [Fact]
    public void Lease_NotRunning_Throws() => Assert.Throws<InvalidJobTransitionException>(() => InState("Queued").Lease);

    private static Job InState(string name)
    {
        var actor = new Actor(Guid.NewGuid(), Guid.NewGuid(), MemberRole.Creator);
        var job = Job.Submit(actor, new JobWork(JobKind.Generate, "{}") { Steps = 12 }, null, Now);
        string[] path = name switch
        {
            "Queued" => [],
            "Running" => ["Start"],
            "LastTry" => ["Start", "Fail", "Start"],
            "Cancelling" => ["Start", "RequestCancel"],
            "Succeeded" => ["Start", "Succeed"],
            "Failed" => ["Start", "Fail", "Start", "Fail"],
            "Cancelled" => ["RequestCancel"],
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such state."),
        };
        Array.ForEach(path, verb => Verbs[verb](job));
        return job;
    }
}
