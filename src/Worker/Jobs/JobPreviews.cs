using System.Threading.Channels;
using Magvit.Domain.Assets;
using Magvit.Domain.Jobs;
using Magvit.Infrastructure.Media;
using Magvit.Model.Decoding;
using Magvit.Worker.Generation;

namespace Magvit.Worker.Jobs;

/// <summary>Stores the previews of a running job beside its decoding. One that is ready while the one before is still being stored replaces the one that waits.</summary>
internal sealed class JobPreviews : IAsyncDisposable
{
    private readonly Channel<(int Step, VideoFrames Frames, DecodingStep? Outcome)> _waiting =
        Channel.CreateBounded<(int Step, VideoFrames Frames, DecodingStep? Outcome)>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Dictionary<int, ContentHash> _stored = [];
    private readonly Task _storing;

    /// <param name="running">The job.</param>
    /// <param name="steps">Its steps in all.</param>
    /// <param name="artifacts">Where previews are stored.</param>
    /// <param name="progress">Who is told of each.</param>
    public JobPreviews(RunningJob running, int steps, IArtifactStore artifacts, IJobProgressPublisher progress)
    {
        _storing = StoreAsync(running, steps, artifacts, progress);
    }

    /// <summary>Those that were stored, by step; whole once this is disposed.</summary>
    public IReadOnlyDictionary<int, ContentHash> Stored => _stored;

    /// <summary>Takes the frames of a step; from any thread, at once.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="frames">The frames.</param>
    /// <param name="outcome">What the step brought, if the preview shall say how sure the model was of the cells.</param>
    public void Take(int step, VideoFrames frames, DecodingStep? outcome = null) => _waiting.Writer.TryWrite((step, frames, outcome));

    /// <summary>Waits until the last one is stored.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _storing;
    }

    private async Task StoreAsync(RunningJob running, int steps, IArtifactStore artifacts, IJobProgressPublisher progress)
    {
        var job = running.Job;
        await foreach (var (step, frames, outcome) in _waiting.Reader.ReadAllAsync())
        {
            using var png = new MemoryStream(PngEncoder.EncodeSheet(frames, PreviewNote.Of(job, step, steps, outcome).ToJson()));
            var stored = await artifacts.PutAsync(png, CancellationToken.None);
            running.Previews.Add(stored);
            _stored[step] = stored;
            progress.Publish(job.Lease, new JobStep(step, steps, stored));
        }
    }
}
