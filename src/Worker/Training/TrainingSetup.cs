using Magvit.Model;
using Magvit.Model.Training;

namespace Magvit.Worker.Training;

/// <summary>What both stages are told.</summary>
internal sealed record TrainingSetup
{
    /// <summary>A folder of class folders of videos, or a manifest.</summary>
    public required string Data { get; init; }

    /// <summary>The folder of the run; the decoded clips go into <c>cache</c> beside it, for other runs on the same data.</summary>
    public required string Out { get; init; }

    /// <summary>The shapes of the networks.</summary>
    public required ModelPreset Preset { get; init; }

    /// <summary>How to train.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>How windows are cut from clips.</summary>
    public ClipSampling Sampling { get; init; } = new();

    /// <summary>At least so many steps between samples; 0 draws none.</summary>
    public int SampleEvery { get; init; } = 1000;

    /// <summary>The command line, for the model's manifest.</summary>
    public string? Command { get; init; }

    /// <summary>Where decoded clips and their tokens lie, for all runs of a folder.</summary>
    public string CacheFolder => Path.GetFullPath(Path.Combine(Out, "..", "cache"));

    /// <summary>The name of the data set in manifests.</summary>
    public string DataName => Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Data));

    /// <summary>Decodes the data set, or finds it decoded, and splits it.</summary>
    public async Task<(ClipDataset Train, ClipDataset HeldOut)> LoadAsync(int width, int height, TextWriter output, CancellationToken cancellationToken)
    {
        var cache = await ClipCache.EnsureAsync(Data, CacheFolder, width, height, output.WriteLine, cancellationToken);
        var (train, heldOut) = ClipDataset.Load(cache).With(Sampling).Split();
        await output.WriteLineAsync($"{train.Count} clips to train on, {heldOut.Count} held out, {train.ClassNames.Count} classes");
        return (train, heldOut);
    }
}
