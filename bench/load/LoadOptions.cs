namespace Magvit.LoadBench;

/// <summary>How large the load is.</summary>
internal sealed record LoadOptions
{
    /// <summary>Gallery items of the large workspace; the other workspaces have a tenth of it each. Default 100,000.</summary>
    public int GalleryItems { get; init; } = 100_000;

    /// <summary>Gallery items of the workspace that the large one is compared with; default 100.</summary>
    public int SmallGalleryItems { get; init; } = 100;

    /// <summary>Finished jobs; default a million.</summary>
    public int FinishedJobs { get; init; } = 1_000_000;

    /// <summary>Jobs that wait; default 5,000, as many as a hundred creators may have.</summary>
    public int WaitingJobs { get; init; } = 5_000;

    /// <summary>Jobs that are submitted to each database while the clock runs; default 2,000.</summary>
    public int Submissions { get; init; } = 2_000;

    /// <summary>Jobs that are claimed from each database while the clock runs; default 500.</summary>
    public int Claims { get; init; } = 500;

    /// <summary>Tabs that follow one job; default 200.</summary>
    public int Tabs { get; init; } = 200;

    /// <summary>Steps that the worker reports to each group of tabs; default 60.</summary>
    public int Steps { get; init; } = 60;

    /// <summary>Size of the uploaded file in MiB; default 256.</summary>
    public int UploadMebibytes { get; init; } = 256;

    /// <summary>How often the file is sent; default 3.</summary>
    public int Uploads { get; init; } = 3;

    /// <summary>Pages of the gallery that are read of each kind; default 100.</summary>
    public int Turns { get; init; } = 100;

    /// <summary>Clips that are generated one after the other; default 20.</summary>
    public int Clips { get; init; } = 20;

    /// <summary>Batches of sixteen jobs, of mixed tasks and of one; default 9 each.</summary>
    public int Batches { get; init; } = 9;

    /// <summary>How often each host is started; default 3.</summary>
    public int Starts { get; init; } = 3;

    /// <summary>What to measure, names of <see cref="LoadBenchmark.Areas"/>; default everything.</summary>
    public IReadOnlyList<string> Areas { get; init; } = LoadBenchmark.Areas;
}
