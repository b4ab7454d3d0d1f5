namespace Magvit.Infrastructure.Jobs;

/// <summary>The NOTIFY channels. A trigger on the table <c>jobs</c> sends on them (migration JobAnnouncements), so no write can forget to.</summary>
internal static class JobChannels
{
    /// <summary>A job has become ready to be taken; no payload.</summary>
    public const string Ready = "job_ready";

    /// <summary>A running job is to be cancelled; the payload is its id.</summary>
    public const string Cancel = "job_cancel";

    /// <summary>State, step or preview of a job has changed; the payload is a <see cref="JobNews"/>.</summary>
    public const string Progress = "job_progress";
}
