using Magvit.Domain.Workspaces;
using Microsoft.AspNetCore.Authorization;

namespace Magvit.Web.Access;

/// <summary>The names of the authorization policies: what a member must at least be.</summary>
internal static class Policies
{
    public const string Viewer = "viewer";
    public const string Creator = "creator";
    public const string Admin = "admin";

    public static void Add(AuthorizationOptions options)
    {
        Add(options, Viewer, MemberRole.Viewer);
        Add(options, Creator, MemberRole.Creator);
        Add(options, Admin, MemberRole.Admin);

        // Whatever names no policy is for members only; what is open says so itself.
        options.FallbackPolicy = options.GetPolicy(Viewer);
        options.DefaultPolicy = options.GetPolicy(Viewer)!;
    }

    private static void Add(AuthorizationOptions options, string name, MemberRole least) => options.AddPolicy(name, policy => policy
        .RequireAuthenticatedUser()
        .RequireAssertion(context => context.User.FindActor() is { } actor && actor.Has(least)));
}
