namespace Magvit.Domain.Workers;

/// <summary>A worker's place on the platform, as long as it lives.</summary>
/// <remarks>Behind it is one database session. It ends with the process, whatever ends that, and then others take the worker's jobs over.</remarks>
public interface IWorkerPresence : IAsyncDisposable
{
    /// <summary>The worker's number.</summary>
    int WorkerId { get; }

    /// <summary>Is cancelled when the proof of life is gone: the worker must stop its jobs at once and join anew.</summary>
    CancellationToken Lost { get; }

    /// <summary>Is raised, on a thread of the presence, with the id of a running job whose user wants it cancelled; a hint, the heartbeat says it too.</summary>
    event Action<Guid>? CancelRequested;

    /// <summary>Waits until a job may be there.</summary>
    /// <param name="atMost">The longest wait; hints can be lost, so look at least once a second.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that ends with a hint that arrived since the last call, or after <paramref name="atMost"/>.</returns>
    Task WaitForJobAsync(TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>Tells that the worker lives.</summary>
    /// <param name="isBusy">Whether it runs a job.</param>
    /// <param name="loadedModels">The models in its memory.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>A task that ends when it is stored.</returns>
    Task BeatAsync(bool isBusy, IReadOnlyList<string> loadedModels, CancellationToken cancellationToken);
}
