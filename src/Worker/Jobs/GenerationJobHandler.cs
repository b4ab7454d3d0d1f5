using Magvit.Domain.Assets;
using Magvit.Domain.Decoding;
using Magvit.Domain.Gallery;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Infrastructure.Media;
using Magvit.Model;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Model.Masking;
using Magvit.Worker.Decoding;
using Magvit.Worker.Generation;
using Magvit.Worker.Models;
using ModelTask = Magvit.Model.Masking.GenerationTask;

namespace Magvit.Worker.Jobs;

/// <summary>Runs a generation job: its samples share the engine's forward passes with those of other jobs.</summary>
internal sealed class GenerationJobHandler(
    ModelCatalog models, ComputeThread compute, DecodingEngine engine, CanvasDecoding canvases, FrameCache frameCache, IArtifactStore artifacts, IAssetRepository assets,
    IJobProgressPublisher progress, TimeProvider time)
{
    private static readonly IReadOnlyDictionary<int, ContentHash> NoPreviews = new Dictionary<int, ContentHash>();

    /// <summary>
    /// Makes the clips of a job: (1) read footage, mask and the clip to go on from, (2) encode the conditions, (3) decode step by step, telling each, with
    /// previews as there is time for them, (4) store the clips and how they came about. Nothing of it is visible before the caller completes the job.
    /// </summary>
    /// <exception cref="JobRefusedException">The job can never succeed: what it asks for does not exist or does not fit.</exception>
    public async Task<IReadOnlyList<JobResult>> RunAsync(RunningJob running)
    {
        var (job, cancellationToken) = (running.Job, running.Stopping);
        var request = GenerationRequest.FromJson(job.Payload);
        var task = GenerationTasks.Parse(GenerationTaskCatalog.Get(request.Task).Name);
        var modelName = job.Model ?? throw new JobRefusedException("The job names no model.");
        var model = await compute.RunAsync(() => models.Rent(modelName, ComputeDevice.Precision), cancellationToken);
        ClipInput? footage = null;
        List<DecodingSample> samples = [];
        try
        {
            var (input, inputPath) = await FindAsync(job, request.InputAssetId, "input clip", cancellationToken);               // 1
            var (mask, maskPath) = await FindAsync(job, request.MaskAssetId, "mask", cancellationToken);
            var parent = await FindParentAsync(job, request.Parent, model.Generator, cancellationToken);
            var geometry = model.Generator.Geometry;
            var isLarge = GenerationSize.IsLarge(request, geometry.Frames);
            footage = isLarge
                ? await CanvasInput.ReadAsync(
                    task, inputPath, maskPath, request, GenerationSize.Of(request, geometry.Frames, geometry.Height, geometry.Width), cancellationToken)
                : await ClipInput.ReadAsync(task, inputPath, maskPath, request.InputStart, request.InputStride, geometry, cancellationToken, frameCache.ReadAsync);
            var clip = footage;
            var inputs = Enumerable.Range(0, request.Samples).Select(i => InputOf(request, task, clip, i) with { Kept = parent?.Kept }).ToList();

            IReadOnlyList<(VideoFrames Frames, long[] Tokens)> clips;
            IReadOnlyList<DecodingHistory?> histories = [.. inputs.Select(_ => (DecodingHistory?)null)];
            if (isLarge)
            {
                clips = await canvases.DecodeAsync(running, request, model.Generator, clip, inputs.ConvertAll(i => i.Options));
            }
            else
            {
                samples = await compute.RunAsync(() => inputs.ConvertAll(i => model.Generator.Begin(i, parent?.State)), cancellationToken);  // 2
                (var steps, histories) = await DecodeAsync(running, model.Generator, samples, parent, inputs[0], clip);         // 3
                clips = await compute.RunAsync(
                    () => steps.Zip(inputs, (step, i) => (Frames(model.Generator, step.Tokens, i, clip), step.Tokens)).ToList(), cancellationToken);
                clips = await KeepPixelsAsync(clips, parent, geometry, cancellationToken);
            }

            var results = new List<JobResult>();                                                                                // 4
            var source = input is null ? null : new RecipeInput(input.Sha256, request.InputStart, request.InputStride);
            var origins = new[] { parent?.Asset, input }.OfType<Asset>().DistinctBy(a => a.Id).ToList();
            foreach (var ((frames, tokens), sampleInput, history) in clips.Zip(inputs, histories))
            {
                var recipe = RecipeFactory.Create(model.Generator, modelName, sampleInput, tokens, source, mask?.Sha256, time.GetUtcNow())
                    .WithSizeOf(request, isLarge) with
                {
                    Parents = [.. origins.Where(a => a.Kind == AssetKind.Generated).Select(a => a.Id)],
                    Parent = parent?.ToRecipe(),
                };
                results.Add(await StoreResultAsync(job, frames, recipe, origins, history, cancellationToken));
            }

            return results;
        }
        finally
        {
            await compute.RunAsync(() => Dispose(samples, footage, model), CancellationToken.None);
        }
    }

    /// <summary>Removes the previews of a job that ended, unless its steps name them.</summary>
    public async Task ForgetPreviewsAsync(RunningJob running)
    {
        foreach (var preview in running is { IsStored: true, KeepsPreviews: true } ? [] : running.Previews)
        {
            await artifacts.DeleteAsync(preview, CancellationToken.None);
        }
    }

    private async Task<(IReadOnlyList<DecodingStep> Steps, IReadOnlyList<DecodingHistory?> Histories)> DecodeAsync(
        RunningJob running, VideoGenerator generator, List<DecodingSample> samples, ParentClip? parent, GenerationInput input, ClipInput footage)
    {
        var recorders = await compute.RunAsync(() => samples.ConvertAll(s => new HistoryRecorder(generator, s, parent)), running.Stopping);
        var stepCount = samples[0].Options.Steps;
        var previews = new JobPreviews(running, stepCount, artifacts, progress);
        IReadOnlyList<DecodingStep> steps;
        await using (previews)
        {
            progress.Publish(running.Job.Lease, new JobStep(samples[0].Step, stepCount));
            steps = await engine.DecodeAsync(new DecodingSession(generator, samples)
            {
                Stopping = running.Stopping,
                OnStep = step => progress.Publish(running.Job.Lease, new JobStep(step, stepCount)),
                OnOutcome = (sample, step) => recorders[sample].Add(step),
                OnPreview = step => previews.Take(step.Step, Frames(generator, step.Tokens, input, footage), step),
            });
        }

        // Previews are made of the first sample; they are its steps' from now on.
        running.KeepsPreviews = true;
        return (steps, [.. recorders.Select((recorder, sample) => recorder.ToHistory(stepCount, sample == 0 ? previews.Stored : NoPreviews))]);
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
            TopK = request.TopK ?? 0,
            TopP = request.TopP ?? 0,
        },
        request.KeepsInput)
    {
        GivenFrames = request.GivenFrames ?? 1,
    };

    private static VideoFrames Frames(VideoGenerator generator, long[] tokens, GenerationInput input, ClipInput footage)
    {
        using var frames = generator.ToFrames(tokens, input);
        return FrameTensors.ToVideoFrames(frames, footage.FrameRateHz);
    }

    private static bool Dispose(List<DecodingSample> samples, ClipInput? footage, ModelLease model)
    {
        samples.ForEach(s => s.Dispose());
        footage?.Dispose();
        model.Dispose();
        return true;
    }

    private async Task<ParentClip?> FindParentAsync(Job job, GenerationParent? link, VideoGenerator generator, CancellationToken cancellationToken)
    {
        if (link is null)
        {
            return null;
        }

        var asset = await assets.FindAsync(job.WorkspaceId, link.AssetId, cancellationToken)
            ?? throw new JobRefusedException("The clip to go on from was deleted before the job ran. Choose another one.");
        var history = await DecodingHistoryFile.FindAsync(artifacts, link.StepsSha256, cancellationToken)
            ?? throw new JobRefusedException("The stored decoding steps of the clip are gone. Generate it again with its seed, then change that one.");
        return new ParentClip(asset, link, history).CheckedFor(generator);
    }

    private async Task<IReadOnlyList<(VideoFrames Frames, long[] Tokens)>> KeepPixelsAsync(
        IReadOnlyList<(VideoFrames Frames, long[] Tokens)> clips, ParentClip? parent, ClipGeometry geometry, CancellationToken cancellationToken)
    {
        if (parent is not { Link: { KeepPixels: true, Cells: { } cells } })
        {
            return clips;
        }

        var path = artifacts.TryGetPath(parent.Asset.SheetSha256)
            ?? throw new JobRefusedException("The filmstrip of the clip to go on from is missing, so its pixels cannot be kept. Decode the cells again without keeping the other pixels.");
        var before = await ParentPixels.ReadAsync(path, geometry, cancellationToken);
        return [.. clips.Select(clip => (ParentPixels.Blend(before, clip.Frames, cells, geometry), clip.Tokens))];
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
        // A drawn mask is read as it was drawn, to the pixel: its original is one bitmap a frame.
        var path = artifacts.TryGetPath(asset.Kind == AssetKind.Mask ? asset.Sha256 : asset.ProxySha256)
            ?? throw new JobRefusedException($"The file of the {what} is missing from the artifact store. Upload it again.");
        return (asset, path);
    }

    private async Task<JobResult> StoreResultAsync(
        Job job, VideoFrames frames, Recipe recipe, IReadOnlyList<Asset> origins, DecodingHistory? history, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetTempPath(), $"magvit-{Guid.NewGuid():n}.mp4");
        try
        {
            await VideoWriter.WriteMp4Async(frames, path, recipe.ToJson(), cancellationToken);
            await using var mp4 = File.OpenRead(path);
            var hash = await artifacts.PutAsync(mp4, cancellationToken);
            using var poster = new MemoryStream(PngEncoder.Encode(frames.Frame(0).Span, frames.Width, frames.Height));
            using var sheet = new MemoryStream(await Filmstrip.OfAsync(frames, path, cancellationToken));
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
            using var steps = history is null ? null : new MemoryStream(DecodingHistoryFile.Write(history));
            return new JobResult(
                asset, GalleryItem.Create(asset, job.Id, recipe, origins.Select(a => a.Id)), steps is null ? null : await artifacts.PutAsync(steps, cancellationToken));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Title(Recipe recipe) =>
        GenerationTaskCatalog.Get(recipe.Task).Title + (recipe.ClassName is null ? "" : $" · {recipe.ClassName}") + $" · seed {recipe.Seed}" + recipe.Parent switch
        {
            { Step: { } step } => $" · from step {step}",
            { Cells.Count: var cells } => cells == 1 ? " · 1 cell anew" : $" · {cells} cells anew",
            _ => "",
        };
}
