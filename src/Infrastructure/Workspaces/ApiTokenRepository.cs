using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Workspaces;

internal sealed class ApiTokenRepository(IDbContextFactory<PlatformDb> databases, TimeProvider time) : IApiTokenRepository
{
    public async Task<IssuedApiToken> IssueAsync(Actor actor, string name, CancellationToken cancellationToken)
    {
        var issued = ApiToken.Issue(actor.WorkspaceId, actor.UserId, name, time.GetUtcNow());
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        db.ApiTokens.Add(issued.Token);
        await db.SaveChangesAsync(cancellationToken);
        return issued;
    }

    public async Task<Actor?> AuthenticateAsync(string key, CancellationToken cancellationToken)
    {
        if (!key.StartsWith(ApiToken.Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var hash = ApiToken.HashOf(key);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var found = await (
            from token in db.ApiTokens
            where token.Hash == hash && token.RevokedAt == null
            join member in db.Members on new { token.WorkspaceId, token.UserId } equals new { member.WorkspaceId, member.UserId }
            select new { Token = token, Member = member }).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return null;
        }

        if (found.Token.NoteUse(time.GetUtcNow()))
        {
            await db.SaveChangesAsync(cancellationToken);
        }

        return found.Member.ToActor();
    }

    public async Task<IReadOnlyList<ApiToken>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.ApiTokens.AsNoTracking()
            .Where(token => token.WorkspaceId == actor.WorkspaceId && token.UserId == actor.UserId)
            .OrderByDescending(token => token.Id)
            .ToListAsync(cancellationToken);
    }

    public async Task<bool> RevokeAsync(Actor actor, Guid tokenId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var token = await db.ApiTokens.SingleOrDefaultAsync(
            token => token.Id == tokenId && token.WorkspaceId == actor.WorkspaceId && token.UserId == actor.UserId, cancellationToken);
        token?.Revoke(time.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        return token is not null;
    }
}
