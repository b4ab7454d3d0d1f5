namespace Magvit.LoadBench.Seeding;

/// <summary>How much a database is filled with.</summary>
/// <param name="GalleryItems">Results of the first workspace; each other one gets a tenth.</param>
/// <param name="FinishedJobs">Jobs of all workspaces that have ended.</param>
/// <param name="WaitingJobs">Jobs of all workspaces that wait.</param>
internal sealed record SeedSize(int GalleryItems, int FinishedJobs, int WaitingJobs)
{
    public const int Workspaces = 5;

    public const int MembersPerWorkspace = 20;

    /// <summary>Items of the first workspace that were made with a task that nobody has used since: fewer than a page, and the oldest.</summary>
    public int RareItems => Math.Max(1, GalleryItems / 2500);

    public int Jobs => FinishedJobs + WaitingJobs;

    /// <summary>Of so many jobs of the first workspace one has its result in the gallery still.</summary>
    public int JobsPerItem => Math.Max(1, FinishedJobs / Workspaces / GalleryItems);
}
