using System.Diagnostics.CodeAnalysis;
using Magvit.Domain.Assets;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure;
using Magvit.Infrastructure.Assets;
using Magvit.Infrastructure.Examples;

namespace Magvit.Web.Access;

/// <summary>The clip that a newcomer's Studio opens with, so that there is something to press Generate on.</summary>
internal sealed partial class FirstClip(WorkspaceExamples examples, IWorkspaceDirectory workspaces, AssetQueries assets, IHostApplicationLifetime life, ILogger<FirstClip> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly AssetFilter Clips = new() { Kinds = [AssetKind.Video] };

    /// <summary>Gives the user's new workspace its examples and finds the first of them.</summary>
    /// <returns>An asset of the workspace; <see langword="null"/> when there are no examples, or they are not ready in time.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The account is made: without a clip the Studio opens empty.")]
    public async Task<Guid?> FindAsync(Guid userId, CancellationToken cancellationToken)
    {
        try
        {
            await examples.AddMissingAsync(life.ApplicationStopping).WaitAsync(Patience, cancellationToken);
            return await workspaces.FindActorAsync(userId, cancellationToken) is { } actor
                && (await assets.ListAsync(actor.WorkspaceId, Clips, new PageRequest(Take: 1), cancellationToken)).Items is [var clip, ..]
                ? clip.Id
                : null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            NoClip(logger, exception);
            return null;
        }
    }

    [LoggerMessage(3003, LogLevel.Warning, "The Studio opens without a clip")]
    private static partial void NoClip(ILogger logger, Exception exception);
}
