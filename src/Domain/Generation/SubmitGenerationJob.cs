using Magvit.Domain.Assets;
using Magvit.Domain.Jobs;
using Magvit.Domain.Models;
using Magvit.Domain.Workspaces;

namespace Magvit.Domain.Generation;

/// <summary>Checks a request, settles what it left open and puts it into the queue.</summary>
/// <param name="queue">Where jobs wait.</param>
/// <param name="assets">The clips and masks.</param>
/// <param name="models">The installed models.</param>
/// <param name="limits">How many jobs a user may have.</param>
/// <param name="time">The clock.</param>
public sealed class SubmitGenerationJob(IJobQueue queue, IAssetRepository assets, IModelRegistry models, JobLimits limits, TimeProvider time)
{
    /// <summary>Submits a request.</summary>
    /// <param name="actor">Who asks; at least a creator.</param>
    /// <param name="request">What to make.</param>
    /// <param name="idempotencyKey">A key of the caller's: a second request of the same user with the same key makes no second job.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The job, or why there is none.</returns>
    /// <exception cref="AccessDeniedException">The actor may only look.</exception>
    public async Task<SubmitGenerationResult> SubmitAsync(
        Actor actor, GenerationRequest request, string? idempotencyKey, CancellationToken cancellationToken)
    {
        actor.Require(MemberRole.Creator);

        var context = new GenerationContext(
            [.. (await models.ListAsync(cancellationToken)).Select(ModelCapabilities.Of)],
            await FactsAsync(actor, request.InputAssetId, cancellationToken),
            await FactsAsync(actor, request.MaskAssetId, cancellationToken));
        if (GenerationRequestValidator.Validate(request, context) is { Count: > 0 } problems)
        {
            return new SubmitGenerationResult(null, problems, null);
        }

        var settled = request.WithoutUnused() with
        {
            Model = context.ModelFor(request)!.Name,
            Seed = request.Seed ?? Random.Shared.NextInt64(GenerationLimits.MaxSeed + 1),
        };
        var job = Job.Submit(
            actor,
            new JobWork(JobKind.Generate, settled.ToJson()) { Model = settled.Model, Steps = StepsOf(settled, context.ModelFor(request)!) },
            idempotencyKey,
            time.GetUtcNow());

        var limit = limits.For(actor.Role).Queued;
        var submission = await queue.SubmitAsync(job, limit, cancellationToken);
        return submission.Outcome == SubmissionOutcome.QueueFull
            ? new SubmitGenerationResult(null, [], limit)
            : new SubmitGenerationResult(submission.Job, [], null);
    }

    private static int StepsOf(GenerationRequest settled, ModelCapabilities model) => settled.Steps * (int)GenerationSize.WindowsOf(settled, model);

    private async Task<AssetFacts?> FactsAsync(Actor actor, Guid? assetId, CancellationToken cancellationToken)
        => assetId is { } id && await assets.FindAsync(actor.WorkspaceId, id, cancellationToken) is { } asset ? AssetFacts.Of(asset) : null;
}
