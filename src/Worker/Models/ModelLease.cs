using Magvit.Model.Generation;

namespace Magvit.Worker.Models;

/// <summary>The use of a loaded model: it is not thrown out of memory before this is disposed. For the compute thread.</summary>
internal sealed class ModelLease(VideoGenerator generator, Action giveBack) : IDisposable
{
    private Action? _giveBack = giveBack;

    public VideoGenerator Generator => generator;

    public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
}
