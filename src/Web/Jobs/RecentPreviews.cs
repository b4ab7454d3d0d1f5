using Magvit.Domain.Assets;
using Microsoft.Extensions.Caching.Memory;

namespace Magvit.Web.Jobs;

/// <summary>
/// Which workspace may see which preview. A job's row names only its latest one, but a browser may ask for the one before a moment too late.
/// </summary>
internal sealed class RecentPreviews : IDisposable
{
    private const int MostRemembered = 20_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);
    private readonly MemoryCache _seen = new(new MemoryCacheOptions { SizeLimit = MostRemembered });

    public void Add(Guid workspaceId, ContentHash hash) =>
        _seen.Set((workspaceId, hash), true, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = Remembered, Size = 1 });

    public bool Contains(Guid workspaceId, ContentHash hash) => _seen.TryGetValue((workspaceId, hash), out _);

    public void Dispose() => _seen.Dispose();
}
