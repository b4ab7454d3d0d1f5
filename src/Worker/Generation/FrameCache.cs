using Magvit.Infrastructure.Media;
using Microsoft.Extensions.Caching.Memory;

namespace Magvit.Worker.Generation;

/// <summary>
/// The frames that jobs read last. People try seed after seed on one clip, and a sweep begins all its jobs with it, while reading a clip of a second takes two
/// processes a fifth of one. Files of the artifact store never change.
/// </summary>
internal sealed class FrameCache : IDisposable
{
    private const long MostBytes = 64L << 20;

    private readonly MemoryCache _read = new(new MemoryCacheOptions { SizeLimit = MostBytes });
    private readonly Lock _gate = new();

    /// <summary>Reads frames, or gives those of an earlier reading, which nobody changes.</summary>
    /// <exception cref="MediaException">The file cannot be decoded; the next call tries again.</exception>
    public async Task<VideoFrames> ReadAsync(FrameWindow window, CancellationToken cancellationToken)
    {
        var reading = Find(window);
        try
        {
            return await reading.WaitAsync(cancellationToken);
        }
        catch when (reading.IsFaulted)
        {
            _read.Remove(window);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _read.Dispose();

    // Jobs that begin together read once; one that is cancelled does not take the frames from the others.
    private Task<VideoFrames> Find(FrameWindow window)
    {
        lock (_gate)
        {
            return _read.GetOrCreate(window, entry =>
            {
                entry.Size = Math.Min(window.Bytes, MostBytes);
                return window.ReadAsync(CancellationToken.None);
            })!;
        }
    }
}
