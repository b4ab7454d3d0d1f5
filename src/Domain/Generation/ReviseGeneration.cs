using Magvit.Domain.Assets;
using Magvit.Domain.Decoding;
using Magvit.Domain.Jobs;
using Magvit.Domain.Models;
using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Generation;

/// <summary>Goes on from a finished clip: a branch from one of its steps, or some of its cells decoded again.</summary>
/// <param name="queue">The jobs.</param>
/// <param name="artifacts">The stored steps.</param>
/// <param name="models">The installed models.</param>
/// <param name="submit">Queues the new job.</param>
public sealed class ReviseGeneration(IJobQueue queue, IArtifactStore artifacts, IModelRegistry models, SubmitGenerationJob submit)
{
    /// <summary>Submits a revision.</summary>
    /// <param name="actor">Who asks; at least a creator.</param>
    /// <param name="jobId">The job that made the clip.</param>
    /// <param name="output">Which of its outputs, from 0.</param>
    /// <param name="revision">What to change.</param>
    /// <param name="idempotencyKey">A key of the caller's: a second request of the same user with the same key makes no second job.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The new job, or why there is none; <see langword="null"/> when the workspace has no such output.</returns>
    /// <exception cref="AccessDeniedException">The actor may only look.</exception>
    public async Task<SubmitGenerationResult?> SubmitAsync(
        Actor actor, Guid jobId, int output, Revision revision, string? idempotencyKey, CancellationToken cancellationToken)
    {
        actor.Require(MemberRole.Creator);
        var job = await queue.FindAsync(actor.WorkspaceId, jobId, cancellationToken);
        if (job is not { Kind: JobKind.Generate } || job.Outputs.SingleOrDefault(o => o.Index == output) is not { } made)
        {
            return null;
        }

        var history = made.StepsSha256 is { } hash ? await DecodingHistoryFile.FindAsync(artifacts, hash, cancellationToken) : null;
        var model = (await models.ListAsync(cancellationToken)).FirstOrDefault(m => m.Name == job.Model);
        if (RevisionValidator.Validate(revision, history, job.Model, model) is { Count: > 0 } problems)
        {
            return new SubmitGenerationResult(null, problems, null);
        }

        var earlier = GenerationRequest.FromJson(job.Payload);
        var cells = revision.Step is null ? revision.CellsOf(history!) : null;
        var request = earlier with
        {
            Parent = new GenerationParent(jobId, output, made.AssetId, made.StepsSha256!) { Step = revision.Step, Cells = cells, KeepPixels = revision.KeepPixels },
            Seed = revision.Seed,
            Temperature = revision.Temperature ?? earlier.Temperature,
            Steps = cells is null ? history!.StepCount : Math.Min(revision.Steps ?? earlier.Steps, cells.Count),
            Samples = revision.Samples,
        };
        return await submit.SubmitAsync(actor, request, idempotencyKey, cancellationToken);
    }
}
