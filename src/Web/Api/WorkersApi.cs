using Magvit.Domain.Workers;
using Magvit.Infrastructure.Workers;

namespace Magvit.Web.Api;

/// <summary>The workers that run jobs.</summary>
internal static class WorkersApi
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/workers", async (WorkerQueries queries, HttpContext http) =>
        Results.Ok(new ListAnswer<WorkerAnswer>([.. (await queries.ListAsync(http.RequestAborted)).Select(WorkerAnswer.Of)], null)))
        .WithTags("Workers").WithSummary("Living workers, and those that went within a day").Produces<ListAnswer<WorkerAnswer>>();

    internal sealed record WorkerAnswer(
        int Id, string Host, string Device, WorkerState State, DateTimeOffset StartedAt, DateTimeOffset LastSeenAt,
        IReadOnlyList<string> Models, IReadOnlyList<string> LoadedModels, int RunningJobs)
    {
        public static WorkerAnswer Of(WorkerSummary worker) => new(
            worker.Id, worker.Host, worker.Device, worker.State, worker.StartedAt, worker.LastSeenAt, worker.Models, worker.LoadedModels, worker.RunningJobs);
    }
}
