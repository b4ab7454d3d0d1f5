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
        var (prepared, problems) = await PrepareAsync(actor, request, cancellationToken);
        if (prepared is null)
        {
            return new SubmitGenerationResult(null, problems, null);
        }

        var job = Job.Submit(
            actor,
            new JobWork(JobKind.Generate, prepared.Request.ToJson()) { Model = prepared.Request.Model, Steps = prepared.Steps },
            idempotencyKey,
            time.GetUtcNow());

        var limit = limits.For(actor.Role).Queued;
        var submission = await queue.SubmitAsync(job, limit, cancellationToken);
        return submission.Outcome == SubmissionOutcome.QueueFull
            ? new SubmitGenerationResult(null, [], limit)
            : new SubmitGenerationResult(submission.Job, [], null);
    }

    /// <summary>Checks a request and settles what it left open; nothing is queued.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="request">What to make.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The request as a job runs it, or what is wrong with it.</returns>
    public async Task<(PreparedGeneration? Prepared, IReadOnlyList<GenerationProblem> Problems)> PrepareAsync(
        Actor actor, GenerationRequest request, CancellationToken cancellationToken)
    {
        var context = new GenerationContext(
            [.. (await models.ListAsync(cancellationToken)).Select(ModelCapabilities.Of)],
            await FactsAsync(actor, request.InputAssetId, cancellationToken),
            await FactsAsync(actor, request.MaskAssetId, cancellationToken));
        if (GenerationRequestValidator.Validate(request, context) is { Count: > 0 } problems)
        {
            return (null, problems);
        }

        var model = context.ModelFor(request)!;
        var settled = request.WithoutUnused() with
        {
            Model = model.Name,
            Seed = request.Seed ?? Random.Shared.NextInt64(GenerationLimits.MaxSeed + 1),
        };
        return (new PreparedGeneration(settled, settled.Steps * (int)GenerationSize.WindowsOf(settled, model)), []);
    }

    private async Task<AssetFacts?> FactsAsync(Actor actor, Guid? assetId, CancellationToken cancellationToken)
        => assetId is { } id && await assets.FindAsync(actor.WorkspaceId, id, cancellationToken) is { } asset ? AssetFacts.Of(asset) : null;
}
