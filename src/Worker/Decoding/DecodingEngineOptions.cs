namespace Magvit.Worker.Decoding;

/// <summary>How much a worker takes on at once; section <c>Worker</c> of the settings.</summary>
internal sealed class DecodingEngineOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Worker";

    /// <summary>Jobs that the worker holds at a time; further ones stay in the queue, where other workers see them.</summary>
    public int ConcurrentJobs { get; set; } = 4;

    /// <summary>Samples that advance together; on a GPU in one forward pass. Halved, for good, when the device runs out of memory.</summary>
    public int BatchSamples { get; set; } = 8;
}
