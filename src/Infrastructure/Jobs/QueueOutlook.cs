using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workers;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Jobs;

/// <summary>Where the waiting jobs stand, and how long jobs take: from it come places and remaining times.</summary>
internal sealed class QueueOutlook
{
    private const int JudgedBy = 20;

    private readonly Dictionary<Guid, int> _places;
    private readonly Dictionary<(JobKind Kind, string? Model), TimeSpan> _durations;
    private readonly int _workers;
    private readonly DateTimeOffset _now;

    internal QueueOutlook(
        IEnumerable<QueuePlace> places, Dictionary<(JobKind Kind, string? Model), TimeSpan> durations, int workers, DateTimeOffset now)
    {
        _places = places.ToDictionary(place => place.JobId, place => place.Position);
        _durations = durations;
        _workers = workers;
        _now = now;
    }

    /// <summary>Reads what is needed to judge the given jobs; reads nothing when all of them have ended.</summary>
    public static async Task<QueueOutlook> LoadAsync(
        PlatformDb db, IReadOnlyCollection<JobSummary> jobs, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var durations = new Dictionary<(JobKind Kind, string? Model), TimeSpan>();
        if (jobs.All(job => job.IsFinished))
        {
            return new QueueOutlook([], durations, 0, now);
        }

        foreach (var (kind, model) in jobs.Where(job => !job.IsFinished).Select(job => (job.Kind, job.Model)).Distinct())
        {
            var times = await db.Jobs.AsNoTracking()
                .Where(job => job.State == JobState.Succeeded && job.Kind == kind && job.Model == model)
                .OrderByDescending(job => job.FinishedAt)
                .Take(JudgedBy)
                .Select(job => new { job.StartedAt, job.FinishedAt })
                .ToListAsync(cancellationToken);
            if (times.Count > 0)
            {
                durations[(kind, model)] = TimeSpan.FromSeconds(times.Average(time => (time.FinishedAt!.Value - time.StartedAt!.Value).TotalSeconds));
            }
        }

        var workers = await db.Workers.CountAsync(w => w.State == WorkerState.Idle || w.State == WorkerState.Busy, cancellationToken);
        var places = jobs.Any(job => job.State == JobState.Queued)
            ? await db.Database.SqlQueryRaw<QueuePlace>(JobSql.QueueOrder).ToListAsync(cancellationToken)
            : [];
        return new QueueOutlook(places, durations, workers, now);
    }

    /// <summary>The job with its place and remaining time.</summary>
    public JobSummary Judge(JobSummary job) => job.State switch
    {
        JobState.Queued when _places.TryGetValue(job.Id, out var place) => job with { QueuePosition = place, Eta = UntilDone(job, place) },
        JobState.Running => job with { Eta = Remaining(job) },
        _ => job,
    };

    /// <summary>The workers share the jobs before this one; then it takes its own time.</summary>
    private TimeSpan? UntilDone(JobSummary job, int place)
        => _workers > 0 && _durations.TryGetValue((job.Kind, job.Model), out var duration)
            ? duration * ((place + _workers - 1) / _workers)
            : null;

    /// <summary>From its own speed once a tenth is done, before that from earlier jobs.</summary>
    private TimeSpan? Remaining(JobSummary job)
    {
        var elapsed = _now - (job.StartedAt ?? _now);
        if (job.Steps > 0 && job.Step * 10 >= job.Steps)
        {
            return RunForecast.Remaining(elapsed, job.Step, job.Steps);
        }

        return _durations.TryGetValue((job.Kind, job.Model), out var duration)
            ? TimeSpan.FromTicks(Math.Max(0, (duration - elapsed).Ticks))
            : null;
    }
}
