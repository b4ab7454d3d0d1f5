using Magvit.Domain.Workspaces;
using Magvit.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Magvit.Infrastructure.Tests.Workspaces;

public sealed class ApiTokenRepositoryTests(TestPlatform platform) : IClassFixture<TestPlatform>
{
    private readonly IApiTokenRepository _tokens = platform.Get<IApiTokenRepository>();

    [Fact]
    public async Task AuthenticateAsync_IssuedKey_FindsTheActorInTheRoleOfNow()
    {
        var actor = await platform.AddMemberAsync(MemberRole.Creator);
        var issued = await _tokens.IssueAsync(actor, "ci", CancellationToken.None);
        await using (var db = await platform.OpenAsync())
        {
            (await db.Members.SingleAsync(member => member.UserId == actor.UserId)).ChangeRole(MemberRole.Trainer);
            await db.SaveChangesAsync();
        }

        Assert.Equal(actor with { Role = MemberRole.Trainer }, await _tokens.AuthenticateAsync(issued.Key, CancellationToken.None));
        Assert.NotNull(Assert.Single(await _tokens.ListAsync(actor, CancellationToken.None)).LastUsedAt);
    }

    [Fact]
    public async Task AuthenticateAsync_RevokedKey_FindsNobody()
    {
        var actor = await platform.AddMemberAsync();
        var stranger = await platform.AddMemberAsync();
        var issued = await _tokens.IssueAsync(actor, "ci", CancellationToken.None);
        Assert.False(await _tokens.RevokeAsync(stranger, issued.Token.Id, CancellationToken.None));
        Assert.NotNull(await _tokens.AuthenticateAsync(issued.Key, CancellationToken.None));

        Assert.True(await _tokens.RevokeAsync(actor, issued.Token.Id, CancellationToken.None));

        Assert.Null(await _tokens.AuthenticateAsync(issued.Key, CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mgv_unknown")]
    [InlineData("something else")]
    public async Task AuthenticateAsync_UnknownKey_FindsNobody(string key)
        => Assert.Null(await _tokens.AuthenticateAsync(key, CancellationToken.None));

    [Fact]
    public async Task IssueAsync_Stored_KeepsOnlyTheHash()
    {
        var actor = await platform.AddMemberAsync();
        var issued = await _tokens.IssueAsync(actor, "ci", CancellationToken.None);
        await using var db = await platform.OpenAsync();
        var row = await db.Database.SqlQuery<string>($"""select to_jsonb(t)::text as "Value" from api_tokens t where id = {issued.Token.Id}""").SingleAsync();
        Assert.DoesNotContain(issued.Key, row, StringComparison.Ordinal);
        Assert.Contains(ApiToken.HashOf(issued.Key), row, StringComparison.Ordinal);
    }
}
