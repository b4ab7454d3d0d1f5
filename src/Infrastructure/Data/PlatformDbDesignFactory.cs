using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Magvit.Infrastructure.Data;

/// <summary>Gives <c>dotnet ef</c> a context to write migrations from; it never connects.</summary>
internal sealed class PlatformDbDesignFactory : IDesignTimeDbContextFactory<PlatformDb>
{
    public PlatformDb CreateDbContext(string[] args)
        => new(new DbContextOptionsBuilder<PlatformDb>().UseNpgsql("Host=design-time-only").Options);
}
