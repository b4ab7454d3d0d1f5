using Magvit.Domain.Workspaces;
using Magvit.LoadBench.Hosts;

namespace Magvit.LoadBench.Seeding;

/// <summary>A database full of rows.</summary>
/// <param name="Database">Where they are.</param>
/// <param name="Members">All members, workspace by workspace; the first workspace is the one with the large gallery.</param>
internal sealed record SeededPlatform(LoadDatabase Database, IReadOnlyList<Actor> Members)
{
    /// <summary>A member of the workspace with the large gallery.</summary>
    public Actor First => Members[0];

    public IEnumerable<Actor> MembersOf(Guid workspaceId) => Members.Where(member => member.WorkspaceId == workspaceId);
}
