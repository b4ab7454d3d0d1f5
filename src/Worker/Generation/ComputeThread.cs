using System.Collections.Concurrent;

namespace Magvit.Worker.Generation;

/// <summary>The one thread that computes on a device: libtorch keeps its thread pool and caches with it.</summary>
internal sealed class ComputeThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public ComputeThread()
    {
        _thread = new Thread(Run) { Name = "compute", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Runs a function on the thread, after those that were asked for before.</summary>
    public Task<T> RunAsync<T>(Func<T> function, CancellationToken cancellationToken)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() => Complete(completion, function, cancellationToken), cancellationToken);
        return completion.Task;
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Run()
    {
        foreach (var action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The caller awaits it.")]
    private static void Complete<T>(TaskCompletionSource<T> completion, Func<T> function, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            completion.SetCanceled(cancellationToken);
            return;
        }

        try
        {
            completion.SetResult(function());
        }
        catch (Exception exception)
        {
            completion.SetException(exception);
        }
    }
}
