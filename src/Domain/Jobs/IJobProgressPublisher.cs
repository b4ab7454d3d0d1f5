namespace Magvit.Domain.Jobs;

/// <summary>Lets a compute loop tell how far it is without waiting for the database.</summary>
public interface IJobProgressPublisher
{
    /// <summary>Tells how far a job is. Returns at once; of several in quick succession the latest is sent, at most ten a second for each job.</summary>
    /// <param name="lease">The worker's hold.</param>
    /// <param name="step">How far it is.</param>
    void Publish(JobLease lease, JobStep step);
}
