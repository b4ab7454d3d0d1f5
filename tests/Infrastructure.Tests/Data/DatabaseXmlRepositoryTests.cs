using Magvit.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Magvit.Infrastructure.Tests.Data;

public sealed class DatabaseXmlRepositoryTests
{
    [Fact]
    public async Task Unprotect_OnAnotherHost_ReadsWhatTheFirstProtected()
    {
        await using var platform = await TestPlatform.StartAsync();
        await using var first = Host(platform);
        await using var second = Host(platform);

        var secret = first.GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie").Protect("hello");

        Assert.Equal("hello", second.GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie").Unprotect(secret));
    }

    private static ServiceProvider Host(TestPlatform platform)
    {
        var services = new ServiceCollection().AddLogging()
            .AddPlatformInfrastructure(new ConfigurationBuilder().AddInMemoryCollection(platform.HostSettings()).Build());
        services.AddPlatformAccounts();
        return services.BuildServiceProvider();
    }
}
