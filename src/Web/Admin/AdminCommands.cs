using System.CommandLine;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure;
using Magvit.Infrastructure.Data;
using Magvit.Infrastructure.Identity;
using Microsoft.AspNetCore.Identity;

namespace Magvit.Web.Admin;

/// <summary>
/// Commands for whoever has the machine: <c>migrate</c>, <c>user create EMAIL [--role admin]</c>, <c>token create --user EMAIL</c>.
/// They work on the database alone, while the site runs or not.
/// </summary>
internal static class AdminCommands
{
    /// <summary>Whether the arguments name a command; otherwise the site starts.</summary>
    public static bool Handles(string[] args) => args is ["migrate" or "user" or "token", ..];

    public static Task<int> RunAsync(string[] args) => new RootCommand("Administers the platform.")
    {
        Migrate(),
        new Command("user", "Accounts.") { CreateUser() },
        new Command("token", "API tokens.") { CreateToken() },
    }.Parse(args).InvokeAsync();

    private static Command Migrate()
    {
        var command = new Command("migrate", "Brings the database up to date.");
        command.SetAction((_, cancellationToken) => WithPlatformAsync(async (_, output) =>
        {
            await output.WriteLineAsync("The database is up to date.");
            return 0;
        }, cancellationToken));
        return command;
    }

    private static Command CreateUser()
    {
        var email = new Argument<string>("email") { Description = "The e-mail address to sign in with." };
        var role = new Option<MemberRole>("--role")
        {
            Description = "viewer, creator, trainer or admin.",
            DefaultValueFactory = _ => MemberRole.Creator,
        };
        var command = new Command("create", "Makes an account; its password is printed once.") { email, role };
        command.SetAction((parsed, cancellationToken) => WithPlatformAsync(async (services, output) =>
        {
            var result = await services.GetRequiredService<Accounts>()
                .CreateAsync(parsed.GetRequiredValue(email), null, parsed.GetValue(role), cancellationToken);
            if (result.User is null)
            {
                return Refuse(result);
            }

            await output.WriteLineAsync($"Made the account {result.User.Email}. Its password, shown this once: {result.Password}");
            return 0;
        }, cancellationToken));
        return command;
    }

    private static Command CreateToken()
    {
        var user = new Option<string>("--user") { Description = "The account's e-mail address.", Required = true };
        var name = new Option<string>("--name") { Description = "What the token is for.", DefaultValueFactory = _ => "command line" };
        var command = new Command("create", "Makes an API token and prints it as the last word.") { user, name };
        command.SetAction((parsed, cancellationToken) => WithPlatformAsync(
            (services, output) => CreateTokenAsync(
                services, output, parsed.GetRequiredValue(user), parsed.GetRequiredValue(name), cancellationToken),
            cancellationToken));
        return command;
    }

    /// <summary>Makes the token; on a platform without any account it makes the account first, as administrator.</summary>
    private static async Task<int> CreateTokenAsync(
        IServiceProvider services, TextWriter output, string email, string name, CancellationToken cancellationToken)
    {
        var accounts = services.GetRequiredService<Accounts>();
        var user = await services.GetRequiredService<UserManager<PlatformUser>>().FindByEmailAsync(email);
        if (user is null && !await accounts.AnyAsync(cancellationToken))
        {
            var result = await accounts.CreateAsync(email, null, MemberRole.Admin, cancellationToken);
            if (result.User is null)
            {
                return Refuse(result);
            }

            user = result.User;
            await output.WriteLineAsync($"Made the administrator {email}. The password, shown this once: {result.Password}");
        }

        if (user is null || await services.GetRequiredService<IWorkspaceDirectory>().FindActorAsync(user.Id, cancellationToken) is not { } actor)
        {
            await Console.Error.WriteLineAsync($"There is no account {email}. Make it with: user create {email}");
            return 1;
        }

        var issued = await services.GetRequiredService<IApiTokenRepository>().IssueAsync(actor, name, cancellationToken);
        await output.WriteLineAsync($"API token of {email}, shown this once: {issued.Key}");
        return 0;
    }

    private static int Refuse(AccountResult result)
    {
        foreach (var error in result.Errors)
        {
            Console.Error.WriteLine(error);
        }

        return 1;
    }

    private static async Task<int> WithPlatformAsync(Func<IServiceProvider, TextWriter, Task<int>> action, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddPlatformInfrastructure(builder.Configuration);
        builder.Services.AddPlatformAccounts();
        using var host = builder.Build();
        await host.Services.GetRequiredService<PlatformDatabase>().MigrateAsync(cancellationToken);
        await using var scope = host.Services.CreateAsyncScope();
        return await action(scope.ServiceProvider, Console.Out);
    }
}
