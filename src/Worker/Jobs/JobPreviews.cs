using System.Threading.Channels;
using Magvit.Domain.Assets;
using Magvit.Domain.Jobs;
using Magvit.Infrastructure.Media;

namespace Magvit.Worker.Jobs;

/// <summary>Stores the previews of a running job beside its decoding. One that is ready while the one before is still being stored replaces the one that waits.</summary>
internal sealed class JobPreviews : IAsyncDisposable
{
    private readonly Channel<(int Step, VideoFrames Frames)> _waiting =
        Channel.CreateBounded<(int Step, VideoFrames Frames)>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Task _storing;

    /// <param name="running">The job.</param>
    /// <param name="steps">Its steps in all.</param>
    /// <param name="artifacts">Where previews are stored.</param>
    /// <param name="progress">Who is told of each.</param>
    public JobPreviews(RunningJob running, int steps, IArtifactStore artifacts, IJobProgressPublisher progress)
    {
        _storing = StoreAsync(running, steps, artifacts, progress);
    }

    /// <summary>Takes the frames of a step; from any thread, at once.</summary>
    public void Take(int step, VideoFrames frames) => _waiting.Writer.TryWrite((step, frames));

    /// <summary>Waits until the last one is stored.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _storing;
    }

    private async Task StoreAsync(RunningJob running, int steps, IArtifactStore artifacts, IJobProgressPublisher progress)
    {
        var job = running.Job;
        await foreach (var (step, frames) in _waiting.Reader.ReadAllAsync())
        {
            // The name inside makes every preview a file of its own, so that deleting one never takes another's.
            using var png = new MemoryStream(PngEncoder.EncodeSheet(frames, $"preview of job {job.Id}, attempt {job.Attempt}, step {step}"));
            var stored = await artifacts.PutAsync(png, CancellationToken.None);
            running.Previews.Add(stored);
            progress.Publish(job.Lease, new JobStep(step, steps, stored));
        }
    }
}
