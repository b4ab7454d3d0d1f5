using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.LoadBench.Seeding;

namespace Magvit.LoadBench.Rows;

/// <summary>Submitting and claiming through <see cref="IJobQueue"/>, in turns on a full table and on one that began empty.</summary>
internal static class QueueRows
{
    public const string Area = "queue";

    private const int Submitters = 8;
    private const int SubmissionsInARow = 200;
    private const int WarmUps = 20;

    /// <summary>A site runs for days: what its first requests pay for compiling is not to be measured.</summary>
    private const int SubmissionWarmUps = 400;
    private const double Tail = 0.99;
    private const string BareWrite = "insert into bare_writes values ($1)";

    /// <summary>Transactions that notify commit one after the other, each with its own flush of the log: the price of news in the row's transaction.</summary>
    private const string AnnouncedWrite = "with written as (insert into bare_writes values ($1)) select pg_notify('bare_writes', '')";

    public static async Task<IReadOnlyList<LoadRow>> MeasureAsync(
        SeededPlatform large, SeededPlatform empty, LoadOptions options, CancellationToken cancellationToken)
    {
        // The bare price of a write that is to last, without the platform.
        await using (var command = large.Database.DataSource.CreateCommand("create table if not exists bare_writes (id uuid primary key)"))
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        var (bare, announced, sides) = (new RateMeter(), new RateMeter(), new[] { new Side(large), new Side(empty) });
        foreach (var side in sides)
        {
            await side.SubmitAsync(Math.Min(SubmissionWarmUps, options.Submissions), new RateMeter(), new Samples(), cancellationToken);
        }

        for (var submitted = 0; submitted < options.Submissions; submitted += SubmissionsInARow)
        {
            var jobs = Math.Min(SubmissionsInARow, options.Submissions - submitted);
            foreach (var side in sides)
            {
                await side.SubmitAsync(jobs, side.Rate, side.Submitting, cancellationToken);
            }

            await bare.RunAsync(jobs, Submitters, (_, token) => WriteAsync(large, BareWrite, token), cancellationToken);
            await announced.RunAsync(jobs, Submitters, (_, token) => WriteAsync(large, AnnouncedWrite, token), cancellationToken);
        }

        var write = new LoadCall("a durable write of one row", () => WriteAsync(large, BareWrite, cancellationToken));
        for (var claimed = -Math.Min(WarmUps, options.Claims); claimed < options.Claims; claimed++)
        {
            foreach (var side in sides)
            {
                await side.ClaimAsync(counts: claimed >= 0, cancellationToken);
            }

            await LoadCall.TakeTurnsAsync([write], 0, 1);
        }

        return
        [
            new(Area, "per s", null, sides[0].Rate.ToFigure($"submitted, {Submitters} at a time"), [sides[1].Rate.ToFigure("the same, table empty at first"), announced.ToFigure("durable writes of one row that notify"), bare.ToFigure("durable writes of one row")], new LoadGoal(500, IsMinimum: true)),
            new(Area, "ms", "p99", sides[0].Submitting.ToFigure($"one submission, {Submitters} at a time", Tail), [sides[1].Submitting.ToFigure("the same, table empty at first", Tail)]),
            new(Area, "ms", "p99", sides[0].Claiming.ToFigure("one claim", Tail), [sides[1].Claiming.ToFigure("the same, no finished jobs", Tail), write.ToFigure(Tail)], new LoadGoal(10)),
            new(Area, "ms", "p99", sides[0].Completing.ToFigure("one completion", Tail), [sides[1].Completing.ToFigure("the same, no finished jobs", Tail), write.ToFigure(Tail)]),
        ];
    }

    private static async Task WriteAsync(SeededPlatform platform, string sql, CancellationToken cancellationToken)
    {
        await using var command = platform.Database.DataSource.CreateCommand(sql);
        command.Parameters.AddWithValue(Guid.CreateVersion7());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>One of the two tables.</summary>
    private sealed class Side(SeededPlatform platform)
    {
        private static readonly string Payload = new GenerationRequest { Task = GenerationTask.FramePrediction, Seed = 7 }.ToJson();

        private readonly IJobQueue _queue = platform.Database.Get<IJobQueue>();
        private int _submitted;

        public RateMeter Rate { get; } = new();

        public Samples Submitting { get; } = new();

        public Samples Claiming { get; } = new();

        public Samples Completing { get; } = new();

        /// <summary>Submits jobs of all members in turn, several at a time, as requests come.</summary>
        public async Task SubmitAsync(int jobs, RateMeter rate, Samples times, CancellationToken cancellationToken)
        {
            var first = _submitted;
            _submitted += jobs;
            await rate.RunAsync(
                jobs,
                Submitters,
                (i, token) => times.TimeAsync(() => _queue.SubmitAsync(NewJob(first + i), int.MaxValue, token)),
                cancellationToken);
        }

        /// <summary>Takes a job and ends it.</summary>
        public async Task ClaimAsync(bool counts, CancellationToken cancellationToken)
        {
            var claim = new JobClaim(1, [JobKind.Generate], PlatformSeed.Models);
            var (claiming, completing) = counts ? (Claiming, Completing) : (new Samples(), new Samples());
            var job = await claiming.TimeAsync(() => _queue.ClaimAsync(claim, cancellationToken))
                ?? throw new InvalidOperationException("The queue gave no job although some wait.");
            await completing.TimeAsync(() => _queue.CompleteAsync(job.Lease, [], cancellationToken));
        }

        private Job NewJob(int number)
        {
            var work = new JobWork(JobKind.Generate, Payload) { Model = PlatformSeed.Model, Steps = 12 };
            return Job.Submit(platform.Members[number % platform.Members.Count], work, null, DateTimeOffset.UtcNow);
        }
    }
}
