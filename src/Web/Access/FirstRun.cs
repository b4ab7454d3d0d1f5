using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Web.Access;

/// <summary>Knows whether the platform still waits for its first account. Once there is one, the answer is final.</summary>
internal sealed class FirstRun(IDbContextFactory<PlatformDb> databases)
{
    private volatile bool _over;

    public async Task<bool> IsNeededAsync(CancellationToken cancellationToken)
    {
        if (!_over)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            _over = await db.Users.AnyAsync(cancellationToken);
        }

        return !_over;
    }

    /// <summary>The first account was made.</summary>
    public void IsOver() => _over = true;
}
