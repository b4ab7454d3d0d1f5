using Magvit.Domain.Workspaces;
using Xunit;

namespace Magvit.Domain.Tests.Workspaces;

public sealed class ApiTokenTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Issue_EachTime_MakesAnotherKeyAndKeepsItsHash()
    {
        var first = ApiToken.Issue(Guid.NewGuid(), Guid.NewGuid(), " ci ", Now);
        var second = ApiToken.Issue(Guid.NewGuid(), Guid.NewGuid(), "ci", Now);

        Assert.StartsWith("mgv_", first.Key, StringComparison.Ordinal);
        Assert.NotEqual(first.Key, second.Key);
        Assert.Equal(ApiToken.HashOf(first.Key), first.Token.Hash);
        Assert.Equal(64, first.Token.Hash.Length);
        Assert.Equal("ci", first.Token.Name);
    }

    [Fact]
    public void NoteUse_WithinAMinute_ChangesNothing()
    {
        var token = ApiToken.Issue(Guid.NewGuid(), Guid.NewGuid(), "ci", Now).Token;
        Assert.True(token.NoteUse(Now));
        Assert.False(token.NoteUse(Now.AddSeconds(59)));
        Assert.Equal(Now, token.LastUsedAt);
        Assert.True(token.NoteUse(Now.AddSeconds(60)));
    }

    [Fact]
    public void Revoke_Twice_KeepsTheFirstTime()
    {
        var token = ApiToken.Issue(Guid.NewGuid(), Guid.NewGuid(), "ci", Now).Token;
        token.Revoke(Now);
        token.Revoke(Now.AddDays(1));
        Assert.Equal(Now, token.RevokedAt);
        Assert.False(token.IsActive);
    }
}
