using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Identity;
using Magvit.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Magvit.Infrastructure.Tests.Identity;

public sealed class AccountsTests
{
    private const string Password = "correct horse battery";

    [Fact]
    public async Task CreateFirstAsync_TwoAtOnce_MakesOneAdministrator()
    {
        await using var platform = await StartAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => InScopeAsync(
            platform, accounts => accounts.CreateFirstAsync($"user{i}@example.org", Password, CancellationToken.None))));

        var made = Assert.Single(results, result => result.User is not null);
        Assert.Contains("first account exists", Assert.Single(results, result => result.User is null).Errors.Single(), StringComparison.Ordinal);
        var actor = await platform.Get<IWorkspaceDirectory>().FindActorAsync(made.User!.Id, CancellationToken.None);
        Assert.Equal(MemberRole.Admin, actor?.Role);
    }

    [Fact]
    public async Task CreateAsync_WithoutPassword_MakesOneUpThatWorks()
    {
        await using var platform = await StartAsync();
        await platform.AddMemberAsync(MemberRole.Admin);

        var result = await InScopeAsync(
            platform, accounts => accounts.CreateAsync("ada@example.org", null, MemberRole.Creator, CancellationToken.None));

        Assert.NotNull(result.User);
        Assert.Equal("ada", result.User.DisplayName);
        await using var scope = platform.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PlatformUser>>();
        var found = await users.FindByEmailAsync("ADA@example.org");
        Assert.True(await users.CheckPasswordAsync(found!, result.Password!));
        Assert.Equal(MemberRole.Creator, (await platform.Get<IWorkspaceDirectory>().FindActorAsync(found!.Id, CancellationToken.None))?.Role);
    }

    [Theory]
    [InlineData("ada@example.org", "short", "Passwords must be at least 10 characters.")]
    [InlineData("not an address", Password, "is invalid")]
    public async Task CreateAsync_Unusable_SaysWhyAndLeavesNothing(string email, string password, string expected)
    {
        await using var platform = await StartAsync();

        var result = await InScopeAsync(platform, accounts => accounts.CreateAsync(email, password, MemberRole.Creator, CancellationToken.None));

        Assert.Null(result.User);
        Assert.Contains(result.Errors, error => error.Contains(expected, StringComparison.Ordinal));
        await using var db = await platform.OpenAsync();
        Assert.Equal(0, await db.Users.CountAsync());
    }

    [Fact]
    public async Task CreateAsync_AddressIsTaken_SaysSo()
    {
        await using var platform = await StartAsync();
        await InScopeAsync(platform, accounts => accounts.CreateAsync("ada@example.org", Password, MemberRole.Creator, CancellationToken.None));
        var again = await InScopeAsync(platform, accounts => accounts.CreateAsync("Ada@example.org", Password, MemberRole.Creator, CancellationToken.None));
        Assert.Null(again.User);
        Assert.Contains(again.Errors, error => error.Contains("already taken", StringComparison.Ordinal));
    }

    private static Task<TestPlatform> StartAsync() => TestPlatform.StartAsync(configure: services => services.AddPlatformAccounts());

    private static async Task<T> InScopeAsync<T>(TestPlatform platform, Func<Accounts, Task<T>> act)
    {
        await using var scope = platform.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<Accounts>());
    }
}
