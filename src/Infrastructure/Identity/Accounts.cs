using System.Security.Cryptography;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Magvit.Infrastructure.Identity;

/// <summary>Makes accounts. The first one is an administrator's and brings the default workspace with it.</summary>
public sealed class Accounts(UserManager<PlatformUser> users, PlatformDb db, TimeProvider time)
{
    private const string DefaultWorkspaceName = "Studio";
    private const string PasswordLetters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int PasswordLength = 16;

    /// <summary>Whether any account exists; while none does, the site asks for the first.</summary>
    public Task<bool> AnyAsync(CancellationToken cancellationToken) => db.Users.AnyAsync(cancellationToken);

    /// <summary>Makes the very first account, as administrator; refuses when there is one already, also when two ask at once.</summary>
    public Task<AccountResult> CreateFirstAsync(string email, string password, CancellationToken cancellationToken)
        => CreateAsync(email, password, MemberRole.Admin, mustBeFirst: true, cancellationToken);

    /// <summary>Makes an account and takes it into the default workspace. The very first is an administrator whatever <paramref name="role"/> says.</summary>
    public Task<AccountResult> CreateAsync(string email, string? password, MemberRole role, CancellationToken cancellationToken)
        => CreateAsync(email, password, role, mustBeFirst: false, cancellationToken);

    private async Task<AccountResult> CreateAsync(
        string email, string? password, MemberRole role, bool mustBeFirst, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({AdvisoryLocks.FirstAccount}, 0)", cancellationToken);
        var isFirst = !await AnyAsync(cancellationToken);
        if (mustBeFirst && !isFirst)
        {
            return new AccountResult(null, null, ["The first account exists already. Sign in with it."]);
        }

        var now = time.GetUtcNow();
        var user = new PlatformUser
        {
            Id = Guid.CreateVersion7(now),
            UserName = email,
            Email = email,
            EmailConfirmed = true,
            DisplayName = email.Split('@')[0],
            CreatedAt = now,
        };
        var madeUp = password is null ? RandomNumberGenerator.GetString(PasswordLetters, PasswordLength) : null;
        var created = await users.CreateAsync(user, password ?? madeUp!);
        if (!created.Succeeded)
        {
            return new AccountResult(null, null, [.. created.Errors.Select(error => error.Description)]);
        }

        var workspace = await db.Workspaces.OrderBy(w => w.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        if (workspace is null)
        {
            workspace = Workspace.Create(DefaultWorkspaceName, now);
            db.Workspaces.Add(workspace);
        }

        db.Members.Add(Member.Create(workspace.Id, user.Id, isFirst ? MemberRole.Admin : role, now));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new AccountResult(user, madeUp, []);
    }
}
