using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Domain.Models;
using Magvit.Domain.Workers;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Jobs;

/// <summary>How long a generation will take, judged by the latest ones of its model on the machines and devices that have it now.</summary>
public sealed class RunForecasts(IDbContextFactory<PlatformDb> databases)
{
    private const int JudgedBy = 40;

    /// <summary>Judges a run.</summary>
    /// <param name="model">The model that will run it.</param>
    /// <param name="passes">Its decoding steps, twice as many with guidance (<see cref="InstalledModel.PassesOfAStep"/>).</param>
    /// <param name="samples">Its clips.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task<RunForecast> JudgeAsync(string model, int passes, int samples, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var serving = db.Workers.Where(worker => (worker.State == WorkerState.Idle || worker.State == WorkerState.Busy)
            && db.WorkerModels.Any(link => link.WorkerId == worker.Id && link.ModelName == model));

        // A worker that was started again has a new number; the machine and its device are what makes it fast or slow.
        var measured = await (
                from job in db.Jobs.AsNoTracking()
                where job.Kind == JobKind.Generate && job.State == JobState.Succeeded && job.Model == model
                join worker in db.Workers on job.OwnerWorkerId equals worker.Id
                where serving.Any(alive => alive.Host == worker.Host && alive.Device == worker.Device)
                orderby job.FinishedAt descending
                select new { job.Payload, job.Steps, job.StartedAt, job.FinishedAt })
            .Take(JudgedBy)
            .ToListAsync(cancellationToken);
        var installed = await db.Models.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.Name == model, cancellationToken);
        var runs = measured.ConvertAll(job =>
        {
            // The steps of the row count all windows of a long result.
            var request = GenerationRequest.FromJson(job.Payload);
            return new MeasuredRun(job.Steps * (installed?.PassesOfAStep(request) ?? 1), request.Samples, job.FinishedAt!.Value - job.StartedAt!.Value);
        });

        var (runTime, measuredRuns) = RunForecast.Judge(runs, passes, samples);
        var waiting = await db.Jobs.CountAsync(job => job.State == JobState.Queued && job.Model == model, cancellationToken);
        return new RunForecast(samples, runTime, measuredRuns, waiting, await serving.CountAsync(cancellationToken));
    }
}
