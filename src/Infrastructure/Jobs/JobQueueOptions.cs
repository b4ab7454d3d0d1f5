using System.ComponentModel.DataAnnotations;

namespace Magvit.Infrastructure.Jobs;

/// <summary>Times of the queue; bound from the settings under <c>Platform:JobQueue</c>.</summary>
public sealed class JobQueueOptions
{
    public const string Section = "Platform:JobQueue";

    /// <summary>How long a worker holds a job without a heartbeat; default 30 s. Heartbeats come once a second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often each worker looks for jobs of workers that vanished; default 0.5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan TakeBackInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The shortest time between two progress writes of one job; default 0.1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMilliseconds(100);
}
