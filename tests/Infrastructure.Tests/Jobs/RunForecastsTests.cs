using Magvit.Domain.Generation;
using Magvit.Domain.Models;
using Magvit.Infrastructure.Jobs;
using Magvit.Testing;
using Xunit;

namespace Magvit.Infrastructure.Tests.Jobs;

public sealed class RunForecastsTests
{
    [Fact]
    public async Task JudgeAsync_AfterARun_KnowsItsTimeAndTheQueue()
    {
        await using var platform = await TestPlatform.StartAsync(configure: services => services.AddJobWorkerInfrastructure());
        var actor = await platform.AddMemberAsync();
        var forecasts = platform.Get<RunForecasts>();
        Assert.Equal(new RunForecast(2, null, 0, 0, 0), await forecasts.JudgeAsync("demo-64", 12, 2, CancellationToken.None));

        await using var worker = await platform.JoinAsync();
        await platform.Get<IModelRegistry>().RegisterAsync(worker.WorkerId, [TestPlatform.NewModel()], CancellationToken.None);
        Assert.Equal(new RunForecast(1, null, 0, 0, 1), await forecasts.JudgeAsync("demo-64", 12, 1, CancellationToken.None));

        await SubmitAsync();
        var job = (await platform.TryClaimAsync(worker.WorkerId, "demo-64"))!;
        await Task.Delay(120);
        await platform.Queue.CompleteAsync(job.Lease, [], CancellationToken.None);
        await SubmitAsync();

        var forecast = await forecasts.JudgeAsync("demo-64", 12, 2, CancellationToken.None);

        Assert.Equal((1, 1, 1), (forecast.MeasuredRuns, forecast.WaitingJobs, forecast.Workers));
        Assert.InRange(forecast.RunTime!.Value, TimeSpan.FromMilliseconds(240), TimeSpan.FromSeconds(20));

        // The same run of a model that guides its tasks with a class made two passes a step.
        await platform.Get<IModelRegistry>().RegisterAsync(worker.WorkerId, [TestPlatform.NewModel() with { Guidance = 4 }], CancellationToken.None);
        var unguided = await forecasts.JudgeAsync("demo-64", 12, 2, CancellationToken.None);
        var guided = await forecasts.JudgeAsync("demo-64", 24, 2, CancellationToken.None);
        Assert.Equal(forecast.RunTime.Value.TotalSeconds, guided.RunTime!.Value.TotalSeconds, 3);
        Assert.Equal(forecast.RunTime.Value.TotalSeconds / 2, unguided.RunTime!.Value.TotalSeconds, 3);
        Assert.Null((await forecasts.JudgeAsync("another", 12, 1, CancellationToken.None)).RunTime);

        Task SubmitAsync() => platform.Get<SubmitGenerationJob>().SubmitAsync(
            actor, new GenerationRequest { Task = GenerationTask.ClassConditional, ClassName = "run" }, null, CancellationToken.None);
    }
}
