namespace Magvit.Web.Jobs;

/// <summary>What clients of <c>/hubs/jobs</c> hear.</summary>
public interface IJobsClient
{
    /// <summary>A job has moved. A hint: it may be lost, GET /api/v1/jobs/{id} is the truth.</summary>
    Task JobChanged(JobChange change);
}
