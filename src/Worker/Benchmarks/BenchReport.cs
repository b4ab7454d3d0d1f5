using System.Text.Json;
using System.Text.Json.Serialization;

namespace Magvit.Worker.Benchmarks;

/// <summary>A whole run of the benchmark, as its JSON says it.</summary>
/// <param name="Machine">Processor or GPU, threads, library versions.</param>
/// <param name="ClipSeconds">Seconds to generate one clip, at the fastest precision and batch 1.</param>
/// <param name="FramesPerSecond">Frames generated a second, at the fastest precision and batch.</param>
/// <param name="TrainClipsPerSecond">Clips a second through a step of the transformer's training.</param>
/// <param name="OperatorMicroseconds">One small operator from C# and from Python.</param>
/// <param name="PeakGigaflops">Matrix products of 2048 by 2048, by precision: the median of all turns.</param>
/// <param name="PeakMemoryBytes">The most resident memory of each side.</param>
/// <param name="Rows">All cases.</param>
internal sealed record BenchReport(
    string Machine, BenchPair? ClipSeconds, BenchPair? FramesPerSecond, BenchPair? TrainClipsPerSecond, BenchPair OperatorMicroseconds,
    IReadOnlyDictionary<string, double> PeakGigaflops, BenchPair PeakMemoryBytes, IReadOnlyList<BenchRow> Rows)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
