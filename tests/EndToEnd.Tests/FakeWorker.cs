using Magvit.Domain.Assets;
using Magvit.Domain.Gallery;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Domain.Models;
using Magvit.Domain.Workers;
using Magvit.Infrastructure.Media;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Magvit.EndToEnd.Tests;

/// <summary>
/// Stands in for the worker process: takes jobs from the real queue, reports real progress with previews, and stores real clips, but instead of
/// a network it lets noise give way to the input, a step at a time.
/// </summary>
internal sealed class FakeWorker(IServiceProvider services, Func<TimeSpan> stepTime) : BackgroundService
{
    public const string ModelName = "demo-64";
    private const int Size = 64;
    private const int Frames = 16;

    public static InstalledModel Model { get; } = new()
    {
        Name = ModelName,
        Kind = ModelKind.Transformer,
        Preset = "demo-64",
        ModelHash = ContentHash.Of("weights"u8).Value,
        TokenizerHash = ContentHash.Of("tokenizer"u8).Value,
        Frames = Frames,
        Height = Size,
        Width = Size,
        TokenGrid = new TokenGrid(4, 16, 16),
        ClassNames =
        [
            "attack", "cast", "climb", "crouch", "dance", "die", "fall", "hurt", "idle", "jump", "push", "roll", "run", "slide", "swim", "walk",
        ],
        Tasks = [.. GenerationTaskCatalog.All.Select(info => info.Task)],
        ParameterCount = 12_345_678,
        Licence = "Apache-2.0",
        Card = "A stand-in for tests.",
    };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var queue = services.GetRequiredService<IJobQueue>();
        await using var presence = await services.GetRequiredService<IWorkerRegistry>()
            .JoinAsync(new WorkerDescription("test", "cpu (fake)", Environment.ProcessId), stoppingToken);
        await services.GetRequiredService<IModelRegistry>().RegisterAsync(presence.WorkerId, [Model], stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await presence.BeatAsync(isBusy: false, [ModelName], stoppingToken);
            var claim = new JobClaim(presence.WorkerId, [JobKind.Generate], [ModelName]);
            if (await queue.ClaimAsync(claim, stoppingToken) is { } job)
            {
                await presence.BeatAsync(isBusy: true, [ModelName], stoppingToken);
                using var done = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                var heartbeat = HeartbeatAsync(queue, job.Lease, done.Token);
                await RunAsync(queue, job, stoppingToken);
                await done.CancelAsync();
                await heartbeat;
            }
            else
            {
                await presence.WaitForJobAsync(TimeSpan.FromSeconds(1), stoppingToken);
            }
        }
    }

    private static async Task HeartbeatAsync(IJobQueue queue, JobLease lease, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await queue.HeartbeatAsync([lease], cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The job has ended.
        }
    }

    private async Task RunAsync(IJobQueue queue, Job job, CancellationToken cancellationToken)
    {
        var request = GenerationRequest.FromJson(job.Payload);
        var store = services.GetRequiredService<IArtifactStore>();
        var (target, input) = await TargetAsync(job, request, store, cancellationToken);
        var mask = request.MaskAssetId is { } id ? await services.GetRequiredService<IAssetRepository>().FindAsync(job.WorkspaceId, id, cancellationToken) : null;
        for (var step = 1; step <= request.Steps; step++)
        {
            await Task.Delay(stepTime(), cancellationToken);
            var preview = Noisy(target, request, (double)step / request.Steps);
            var hash = await store.PutAsync(new MemoryStream(PngEncoder.EncodeSheet(preview)), cancellationToken);
            switch (await queue.ReportProgressAsync(job.Lease, new JobStep(step, request.Steps, hash), cancellationToken))
            {
                case LeaseState.CancelRequested:
                    await queue.AcknowledgeCancelAsync(job.Lease, cancellationToken);
                    return;
                case LeaseState.Lost:
                    return;
            }
        }

        var results = new List<JobResult>();
        for (var sample = 0; sample < request.Samples; sample++)
        {
            results.Add(await StoreAsync(job, request, sample, target, input, mask, cancellationToken));
        }

        await queue.CompleteAsync(job.Lease, results, cancellationToken);
    }

    private async Task<(VideoFrames Target, Asset? Input)> TargetAsync(
        Job job, GenerationRequest request, IArtifactStore store, CancellationToken cancellationToken)
    {
        if (request.InputAssetId is { } id
            && await services.GetRequiredService<IAssetRepository>().FindAsync(job.WorkspaceId, id, cancellationToken) is { } asset)
        {
            var path = store.TryGetPath(asset.ProxySha256)!;
            var frames = await VideoReader.ReadFramesAsync(
                path, request.InputStart, Frames, request.InputStride, Size, Size, FitMode.CentreCrop, cancellationToken);
            return (frames, asset);
        }

        return (MovingSquare(request.Seed ?? 0), null);
    }

    private async Task<JobResult> StoreAsync(
        Job job, GenerationRequest request, int sample, VideoFrames frames, Asset? input, Asset? mask, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var recipe = new Recipe
        {
            Task = request.Task,
            Input = input is null ? null : new RecipeInput(input.Sha256, request.InputStart, request.InputStride),
            Mask = mask?.Sha256,
            ClassName = request.ClassName,
            Model = new RecipeModel(ModelName, Model.ModelHash, Model.TokenizerHash),
            Seed = request.SeedOf(sample),
            Steps = request.Steps,
            Schedule = request.Schedule,
            Temperature = request.Temperature,
            Guidance = request.Guidance ?? 0,
            KeepInput = request.KeepsInput,
            SoftwareVersion = "test",
            Device = "cpu (fake)",
            TokensHash = ContentHash.Of(BitConverter.GetBytes(request.SeedOf(sample))).Value,
            Parents = input is { Kind: AssetKind.Generated } ? [input.Id] : [],
            CreatedAt = now,
        };
        var folder = Directory.CreateTempSubdirectory("magvit-fake-");
        try
        {
            var path = Path.Combine(folder.FullName, "clip.mp4");
            await VideoWriter.WriteMp4Async(frames, path, recipe.ToJson(), cancellationToken);
            var title = $"{GenerationTaskCatalog.Get(request.Task).Title}, seed {recipe.Seed}";
            var media = await services.GetRequiredService<IMediaImporter>().ImportAsync([path], title, cancellationToken);
            var asset = Asset.Create(job.WorkspaceId, media with { Kind = AssetKind.Generated }, job.UserId, now);
            return new JobResult(asset, GalleryItem.Create(asset, job.Id, recipe, input is null ? [] : [input.Id]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The target with what the task generates still partly noise, in blocks of a token's size.</summary>
    private static VideoFrames Noisy(VideoFrames target, GenerationRequest request, double share)
    {
        const int Block = 4;
        var rgb = target.Rgb.ToArray();
        var random = new Random((int)(request.Seed ?? 0));
        for (var frame = 0; frame < Frames; frame++)
        {
            for (var block = 0; block < Size / Block * (Size / Block); block++)
            {
                var noise = random.NextDouble() > share && frame > 0;
                var grey = (byte)random.Next(40, 130);
                if (!noise)
                {
                    continue;
                }

                var (x0, y0) = (block % (Size / Block) * Block, block / (Size / Block) * Block);
                for (var pixel = 0; pixel < Block * Block; pixel++)
                {
                    var offset = (((frame * Size) + y0 + (pixel / Block)) * Size + x0 + (pixel % Block)) * 3;
                    rgb.AsSpan(offset, 3).Fill(grey);
                }
            }
        }

        return target with { Rgb = rgb };
    }

    private static VideoFrames MovingSquare(long seed)
    {
        var rgb = new byte[Frames * Size * Size * 3];
        for (var frame = 0; frame < Frames; frame++)
        {
            for (var y = 0; y < Size; y++)
            {
                for (var x = 0; x < Size; x++)
                {
                    var inside = Math.Abs(x - 8 - (frame * 3)) < 7 && Math.Abs(y - 32 + (seed % 13)) < 7;
                    var offset = (((frame * Size) + y) * Size + x) * 3;
                    (rgb[offset], rgb[offset + 1], rgb[offset + 2]) = inside ? ((byte)240, (byte)140, (byte)90) : ((byte)30, (byte)(40 + y), (byte)(50 + x));
                }
            }
        }

        return new VideoFrames(rgb, Frames, Size, Size, 8, []);
    }
}
