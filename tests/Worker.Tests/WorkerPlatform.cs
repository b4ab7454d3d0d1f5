using System.Diagnostics;
using Magvit.Domain.Assets;
using Magvit.Domain.Gallery;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Domain.Models;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure;
using Magvit.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace Magvit.Worker.Tests;

/// <summary>A platform with a model, a clip, a mask and a user, for workers to serve.</summary>
public class WorkerPlatform : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestMedia _media = new();
    private readonly bool _isSlow;
    private readonly TinyModelFolder _models;
    private TestPlatform? _platform;

    /// <summary>A platform whose jobs take milliseconds.</summary>
    public WorkerPlatform()
        : this(isSlow: false)
    {
    }

    private WorkerPlatform(bool isSlow) => (_isSlow, _models) = (isSlow, isSlow ? new TinyModelFolder(layers: 24, width: 128) : new TinyModelFolder());

    public TestPlatform Platform => _platform ?? throw new InvalidOperationException("The platform has not started.");

    public Actor Actor { get; private set; } = null!;

    public Asset Clip { get; private set; } = null!;

    public Asset Mask { get; private set; } = null!;

    internal TinyModelFolder Models => _models;

    /// <summary>Starts a platform whose jobs take seconds, so that they can be interrupted; dispose it.</summary>
    public static async Task<WorkerPlatform> StartSlowAsync()
    {
        var platform = new WorkerPlatform(isSlow: true);
        await platform.InitializeAsync();
        return platform;
    }

    public virtual async ValueTask InitializeAsync()
    {
        _platform = await TestPlatform.StartAsync();
        Actor = await Platform.AddMemberAsync();
        Clip = await Platform.Get<ImportAsset>().ImportAsync(Actor, [_media.MakeClip("clip.mp4")], "clip.mp4", CancellationToken.None);
        var mask = _media.Make("mask.png", "-f", "lavfi", "-i", "color=black:s=32x32,drawbox=x=8:y=8:w=16:h=16:c=white:t=fill", "-frames:v", "1");
        Mask = await Platform.Get<ImportAsset>().ImportMaskAsync(Actor, [mask], "mask.png", CancellationToken.None);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_platform is not null)
        {
            await _platform.DisposeAsync();
        }

        _models.Dispose();
        _media.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The settings of a worker on this platform.</summary>
    /// <remarks>A slow platform's samples take their steps one by one.</remarks>
    public Dictionary<string, string?> WorkerSettings() => new(Platform.HostSettings())
    {
        ["Platform:ModelsPath"] = Models.Path,
        ["Worker:BatchSamples"] = _isSlow ? "1" : "64",
    };

    /// <summary>Starts a worker's host in this process and waits until its model can be asked for; dispose it.</summary>
    public async Task<IHost> StartWorkerAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(WorkerSettings());
        builder.Services.AddWorker(builder.Configuration);
        var host = builder.Build();
        await host.StartAsync();
        await UntilModelIsInstalledAsync();
        return host;
    }

    public Task UntilModelIsInstalledAsync() => UntilAsync(
        async () => (await Platform.Get<IModelRegistry>().ListAsync(CancellationToken.None)).Any(m => m.Name == TinyModelFolder.ModelName), "the model is installed");

    /// <summary>A request for a task with all that it needs.</summary>
    public GenerationRequest RequestFor(GenerationTask task)
    {
        var info = GenerationTaskCatalog.Get(task);
        return new GenerationRequest
        {
            Task = task,
            InputAssetId = info.NeedsInput ? Clip.Id : null,
            MaskAssetId = info.NeedsMask ? Mask.Id : null,
            ClassName = info.NeedsClass ? TinyModelFolder.ClassNames[1] : null,
            Seed = 7,
            Steps = 4,
        };
    }

    /// <summary>A job that runs for seconds on a slow platform.</summary>
    public Task<Guid> SubmitLongJobAsync() => SubmitAsync(RequestFor(GenerationTask.FramePrediction) with { Steps = 64, Samples = 4 });

    public async Task<Guid> SubmitAsync(GenerationRequest request)
    {
        var result = await Platform.Get<SubmitGenerationJob>().SubmitAsync(Actor, request, null, CancellationToken.None);
        Assert.Empty(result.Problems);
        return result.Job!.Id;
    }

    public async Task<Job> FindAsync(Guid jobId) => (await Platform.Queue.FindAsync(Actor.WorkspaceId, jobId, CancellationToken.None))!;

    public async Task<Job> UntilFinishedAsync(Guid jobId)
    {
        await UntilAsync(async () => (await FindAsync(jobId)).IsFinished, "the job has finished");
        return await FindAsync(jobId);
    }

    public Task UntilSteppingAsync(Guid jobId) => UntilAsync(
        async () => await FindAsync(jobId) is { State: JobState.Running, Step: >= 1 }, "the job has done a step");

    public async Task<Job> RunAsync(GenerationRequest request) => await UntilFinishedAsync(await SubmitAsync(request));

    /// <summary>What a job put into the gallery, in the order of its seeds.</summary>
    public async Task<IReadOnlyList<GalleryItem>> ItemsOfAsync(Guid jobId)
    {
        await using var db = await Platform.OpenAsync();
        return [.. (await db.GalleryItems.Where(i => i.JobId == jobId).ToListAsync()).OrderBy(i => i.Recipe.Seed)];
    }

    public async Task<Asset> AssetAsync(Guid assetId) => (await Platform.Get<IAssetRepository>().FindAsync(Actor.WorkspaceId, assetId, CancellationToken.None))!;

    public string PathOf(ContentHash hash)
    {
        var path = Platform.Get<IArtifactStore>().TryGetPath(hash);
        Assert.NotNull(path);
        return path;
    }

    /// <summary>How many files the artifact store holds.</summary>
    public int CountArtifacts() => Directory.EnumerateFiles(
        Platform.Get<IOptions<PlatformOptions>>().Value.ArtifactsPath, "*", SearchOption.AllDirectories).Count();

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < Patience, $"Waited {Patience} until {what}.");
            await Task.Delay(20);
        }
    }
}
