using Magvit.Domain.Groups;

namespace Magvit.Domain.Jobs;

/// <summary>Where jobs wait, and where workers take them, tell about them and end them.</summary>
/// <remarks>
/// Every write of a worker carries its <see cref="JobLease"/> and answers whether the worker still holds the job. A job may be run twice, when
/// its first worker vanished; it ends once.
/// </remarks>
public interface IJobQueue
{
    /// <summary>Puts a job into the queue.</summary>
    /// <param name="job">A new job.</param>
    /// <param name="queuedLimit">The most jobs that its user may have waiting.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>What came of it.</returns>
    Task<JobSubmission> SubmitAsync(Job job, int queuedLimit, CancellationToken cancellationToken);

    /// <summary>Puts the jobs of a group into the queue: all of them, or none when their user would have too many waiting.</summary>
    /// <param name="group">The new group.</param>
    /// <param name="jobs">Its jobs.</param>
    /// <param name="queuedLimit">The most jobs that its user may have waiting.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Whether they were queued.</returns>
    Task<bool> SubmitGroupAsync(JobGroup group, IReadOnlyList<Job> jobs, int queuedLimit, CancellationToken cancellationToken);

    /// <summary>Takes the next job for a worker: users in turn, then priority, then age.</summary>
    /// <param name="claim">What the worker can take.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The running job, with its <see cref="Job.Lease"/>; <see langword="null"/> when there is none for this worker.</returns>
    Task<Job?> ClaimAsync(JobClaim claim, CancellationToken cancellationToken);

    /// <summary>Prolongs a worker's hold on all its jobs; to be called once a second from a timer.</summary>
    /// <param name="leases">The jobs that the worker runs.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>How each of them stands.</returns>
    Task<IReadOnlyDictionary<JobLease, LeaseState>> HeartbeatAsync(IReadOnlyCollection<JobLease> leases, CancellationToken cancellationToken);

    /// <summary>Stores how far a job is, and lets everybody know who watches. Prefer <see cref="IJobProgressPublisher"/> in a fast loop.</summary>
    /// <param name="lease">The worker's hold.</param>
    /// <param name="step">How far it is.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>How the job stands.</returns>
    Task<LeaseState> ReportProgressAsync(JobLease lease, JobStep step, CancellationToken cancellationToken);

    /// <summary>Stores what a job made and ends it, in one transaction.</summary>
    /// <param name="lease">The worker's hold.</param>
    /// <param name="results">What it made; the bytes are in the artifact store already.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>
    /// Held: the job has succeeded. CancelRequested: a user's cancellation came before, the job was ended as cancelled and the results were not
    /// taken. Lost: nothing was written.
    /// </returns>
    Task<LeaseState> CompleteAsync(JobLease lease, IReadOnlyList<JobResult> results, CancellationToken cancellationToken);

    /// <summary>Ends a try that failed: the job is queued once more, or fails for good.</summary>
    /// <param name="lease">The worker's hold.</param>
    /// <param name="failure">Why.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Held when it was written, else Lost.</returns>
    Task<LeaseState> FailAsync(JobLease lease, JobFailure failure, CancellationToken cancellationToken);

    /// <summary>Gives a job back because the worker's host stops; another worker goes on with it.</summary>
    /// <param name="lease">The worker's hold.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Held when it was written, else Lost.</returns>
    Task<LeaseState> ReleaseAsync(JobLease lease, CancellationToken cancellationToken);

    /// <summary>Ends a job that the worker stopped because a user wished it.</summary>
    /// <param name="lease">The worker's hold.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>Held when it was written, else Lost.</returns>
    Task<LeaseState> AcknowledgeCancelAsync(JobLease lease, CancellationToken cancellationToken);

    /// <summary>Finds a job.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="jobId">The job.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The job, or <see langword="null"/> when that workspace has none with this id.</returns>
    Task<Job?> FindAsync(Guid workspaceId, Guid jobId, CancellationToken cancellationToken);

    /// <summary>A user does not want a job: a queued one is cancelled at once, a running one when its worker has heard of it.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="jobId">The job.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>What came of it.</returns>
    Task<SteerOutcome> CancelAsync(Guid workspaceId, Guid jobId, CancellationToken cancellationToken);

    /// <summary>A user wants a failed or cancelled job tried again.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="jobId">The job.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>What came of it.</returns>
    Task<SteerOutcome> RetryAsync(Guid workspaceId, Guid jobId, CancellationToken cancellationToken);

    /// <summary>Takes back the jobs of workers that vanished or have not been heard of for a lease; every worker looks twice a second.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The jobs that were taken back.</returns>
    Task<IReadOnlyList<Guid>> TakeBackLostAsync(CancellationToken cancellationToken);
}
