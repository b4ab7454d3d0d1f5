using Magvit.Domain.Assets;
using Magvit.Domain.Gallery;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Infrastructure.Media;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Model.Masking;
using Magvit.Worker.Generation;
using Magvit.Worker.Models;
using ModelTask = Magvit.Model.Masking.GenerationTask;

namespace Magvit.Worker.Jobs;

/// <summary>Runs a generation job: the clips of a request share every forward pass.</summary>
internal sealed class GenerationJobHandler(
    ModelCatalog models, ComputeThread compute, IArtifactStore artifacts, IAssetRepository assets, IJobProgressPublisher progress, TimeProvider time)
{
    /// <summary>
    /// Makes the clips of a job: (1) read footage and mask, (2) encode the conditions, (3) decode step by step, telling each with a preview,
    /// (4) store the clips. Nothing of it is visible before the caller completes the job.
    /// </summary>
    /// <exception cref="JobRefusedException">The job can never succeed: what it asks for does not exist or does not fit.</exception>
    public async Task<IReadOnlyList<JobResult>> RunAsync(Job job, CancellationToken cancellationToken)
    {
        var request = GenerationRequest.FromJson(job.Payload);
        var task = GenerationTasks.Parse(GenerationTaskCatalog.Get(request.Task).Name);
        var modelName = job.Model ?? throw new JobRefusedException("The job names no model.");
        var generator = await compute.RunAsync(() => models.Get(modelName, ComputeDevice.Precision), cancellationToken);

        var (input, inputPath) = await FindAsync(job, request.InputAssetId, "input clip", cancellationToken);                   // 1
        var (mask, maskPath) = await FindAsync(job, request.MaskAssetId, "mask", cancellationToken);
        var footage = await ClipInput.ReadAsync(task, inputPath, maskPath, request.InputStart, request.InputStride, generator.Geometry, cancellationToken);
        var inputs = Enumerable.Range(0, request.Samples).Select(i => InputOf(request, task, footage, i)).ToList();

        var samples = await compute.RunAsync(() => inputs.ConvertAll(generator.Begin), cancellationToken);                      // 2
        var previews = new List<ContentHash>();
        try
        {
            IReadOnlyList<DecodingStep> steps = [];
            progress.Publish(job.Lease, new JobStep(0, request.Steps));
            while (!samples[0].IsDone)                                                                                          // 3
            {
                cancellationToken.ThrowIfCancellationRequested();
                steps = await compute.RunAsync(() => generator.Advance(samples), cancellationToken);
                var preview = await compute.RunAsync(() => Frames(generator, steps[0].Tokens, inputs[0], footage), cancellationToken);
                previews.Add(await StorePreviewAsync(job, preview, steps[0].Step, cancellationToken));
                progress.Publish(job.Lease, new JobStep(steps[0].Step, request.Steps, previews[^1]));
            }

            var results = new List<JobResult>();                                                                                // 4
            for (var i = 0; i < samples.Count; i++)
            {
                var source = input is null ? null : new RecipeInput(input.Sha256, request.InputStart, request.InputStride);
                var recipe = RecipeFactory.Create(generator, modelName, inputs[i], steps[i].Tokens, source, mask?.Sha256, time.GetUtcNow()) with
                {
                    Parents = input is { Kind: AssetKind.Generated } ? [input.Id] : [],
                };
                var tokens = steps[i].Tokens;
                var sampleInput = inputs[i];
                var frames = await compute.RunAsync(() => Frames(generator, tokens, sampleInput, footage), cancellationToken);
                results.Add(await StoreResultAsync(job, frames, recipe, cancellationToken));
            }

            return results;
        }
        finally
        {
            await compute.RunAsync(() => Dispose(samples, footage), CancellationToken.None);
            foreach (var preview in previews.SkipLast(1))
            {
                await artifacts.DeleteAsync(preview, CancellationToken.None);
            }
        }
    }

    private static GenerationInput InputOf(GenerationRequest request, ModelTask task, ClipInput footage, int sample) => new(
        task, footage.Clip, footage.KnownPixels, task.NeedsClass() ? request.ClassName : null,
        new DecodingOptions
        {
            Steps = request.Steps,
            ChoiceTemperature = request.Temperature,
            Schedule = MaskSchedules.Parse(request.Schedule),
            Guidance = request.Guidance,
            Seed = request.SeedOf(sample),
        },
        request.KeepInput);

    private static VideoFrames Frames(VideoGenerator generator, long[] tokens, GenerationInput input, ClipInput footage)
    {
        using var frames = generator.ToFrames(tokens, input);
        return FrameTensors.ToVideoFrames(frames, footage.FrameRateHz);
    }

    private static bool Dispose(List<DecodingSample> samples, ClipInput footage)
    {
        samples.ForEach(s => s.Dispose());
        footage.Clip?.Dispose();
        footage.KnownPixels?.Dispose();
        return true;
    }

    private async Task<(Asset? Asset, string? Path)> FindAsync(Job job, Guid? assetId, string what, CancellationToken cancellationToken)
    {
        if (assetId is not { } id)
        {
            return (null, null);
        }

        var asset = await assets.FindAsync(job.WorkspaceId, id, cancellationToken)
            ?? throw new JobRefusedException($"The {what} was deleted before the job ran. Choose another and run it again.");

        // The proxy: upright, at a constant rate, its frames numbered as the user saw them; several images are one clip there.
        var path = artifacts.TryGetPath(asset.ProxySha256)
            ?? throw new JobRefusedException($"The file of the {what} is missing from the artifact store. Upload it again.");
        return (asset, path);
    }

    // The name inside makes every preview a file of its own, so that deleting one never takes another's.
    private async Task<ContentHash> StorePreviewAsync(Job job, VideoFrames frames, int step, CancellationToken cancellationToken)
    {
        using var png = new MemoryStream(PngEncoder.EncodeSheet(frames, $"preview of job {job.Id}, attempt {job.Attempt}, step {step}"));
        return await artifacts.PutAsync(png, cancellationToken);
    }

    private async Task<JobResult> StoreResultAsync(Job job, VideoFrames frames, Recipe recipe, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetTempPath(), $"magvit-{Guid.NewGuid():n}.mp4");
        try
        {
            await VideoWriter.WriteMp4Async(frames, path, recipe.ToJson(), cancellationToken);
            await using var mp4 = File.OpenRead(path);
            var hash = await artifacts.PutAsync(mp4, cancellationToken);
            using var poster = new MemoryStream(PngEncoder.Encode(frames.Frame(0).Span, frames.Width, frames.Height));
            using var sheet = new MemoryStream(PngEncoder.EncodeSheet(frames));
            var media = new ImportedMedia
            {
                Kind = AssetKind.Generated,
                Name = Title(recipe),
                Sha256 = hash,
                ProxySha256 = hash,
                PosterSha256 = await artifacts.PutAsync(poster, cancellationToken),
                SheetSha256 = await artifacts.PutAsync(sheet, cancellationToken),
                Frames = frames.Count,
                Width = frames.Width,
                Height = frames.Height,
                FrameRate = frames.FrameRateHz,
                SizeBytes = mp4.Length,
            };
            var asset = Asset.Create(job.WorkspaceId, media, job.UserId, time.GetUtcNow());
            return new JobResult(asset, GalleryItem.Create(asset, job.Id, recipe, recipe.Parents));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Title(Recipe recipe) =>
        GenerationTaskCatalog.Get(recipe.Task).Title + (recipe.ClassName is null ? "" : $" · {recipe.ClassName}") + $" · seed {recipe.Seed}";
}
