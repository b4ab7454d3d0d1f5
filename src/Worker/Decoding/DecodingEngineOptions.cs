namespace Magvit.Worker.Decoding;

/// <summary>How much a worker takes on at once; section <c>Worker</c> of the settings.</summary>
internal sealed class DecodingEngineOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Worker";

    /// <summary>The most jobs that the worker holds at a time. It takes no more than a step has room for, and two whose files are read or written meanwhile; further
    /// ones stay in the queue, where other workers see them.</summary>
    public int ConcurrentJobs { get; set; } = 64;

    /// <summary>The most samples that advance together. Halved, for as long as the model is loaded, when the device runs out of memory.</summary>
    public int BatchSamples { get; set; } = 64;

    /// <summary>How long a step should take: as many samples advance together as fill it (<see cref="BatchSize"/>).</summary>
    public double StepMilliseconds { get; set; } = 50;
}
