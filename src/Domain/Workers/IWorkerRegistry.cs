namespace Magvit.Domain.Workers;

/// <summary>Where workers sign on.</summary>
public interface IWorkerRegistry
{
    /// <summary>Gives a worker its number and its proof of life.</summary>
    /// <param name="worker">What the worker says about itself.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The presence; disposing it signs the worker off.</returns>
    Task<IWorkerPresence> JoinAsync(WorkerDescription worker, CancellationToken cancellationToken);
}
