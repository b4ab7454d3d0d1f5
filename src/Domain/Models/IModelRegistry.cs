namespace Magvit.Domain.Models;

/// <summary>The models that workers have told about.</summary>
public interface IModelRegistry
{
    /// <summary>All models, by the time of their first registration; also those whose workers are away, because their jobs can wait.</summary>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The models.</returns>
    Task<IReadOnlyList<InstalledModel>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Says which models a worker has: new ones are added, known ones brought up to date, those it no longer has unlinked from it.</summary>
    /// <param name="workerId">The worker.</param>
    /// <param name="models">All models of the worker.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>A task that ends when all is stored.</returns>
    Task RegisterAsync(int workerId, IReadOnlyList<InstalledModel> models, CancellationToken cancellationToken);
}
