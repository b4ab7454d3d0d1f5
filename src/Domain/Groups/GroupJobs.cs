using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Groups;

/// <summary>The jobs of a group.</summary>
internal static class GroupJobs
{
    public static IReadOnlyList<Job> Of(Actor actor, JobGroup group, IReadOnlyList<PreparedGeneration> requests, DateTimeOffset now) =>
    [
        .. requests.Select((prepared, index) => Job.Submit(
            actor,
            new JobWork(JobKind.Generate, prepared.Request.ToJson()) { Model = prepared.Request.Model, Steps = prepared.Steps, GroupId = group.Id, GroupIndex = index },
            null,
            now)),
    ];
}
