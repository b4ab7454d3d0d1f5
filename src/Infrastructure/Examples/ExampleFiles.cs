using System.Text.Json;
using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Infrastructure.Media;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Magvit.Infrastructure.Examples;

/// <summary>
/// The examples that lie beside the models: <c>MODEL/gallery/*.mp4</c> are results with their recipes inside, <c>gallery/inputs</c> holds clips to work on,
/// <c>gallery/masks</c> drawn masks. <c>./magvit examples</c> makes such a folder.
/// </summary>
internal sealed class ExampleFiles(IOptions<PlatformOptions> options, IMediaImporter importer, IArtifactStore artifacts, ILogger<ExampleFiles> logger)
    : IDisposable
{
    private const int ReadersAtATime = 4;

    private readonly SemaphoreSlim _once = new(1);
    private IReadOnlyList<ExampleClip>? _clips;

    /// <summary>Puts the files into the artifact store, once; what cannot be read is named in the log and left out.</summary>
    /// <returns>Clips to work on and masks first, then results in the order of their file names.</returns>
    public async Task<IReadOnlyList<ExampleClip>> StoreAsync(CancellationToken cancellationToken)
    {
        await _once.WaitAsync(cancellationToken);
        try
        {
            return _clips ??= await ReadAsync(cancellationToken);
        }
        finally
        {
            _once.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _once.Dispose();

    private async Task<IReadOnlyList<ExampleClip>> ReadAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Examples)
        {
            return [];
        }

        var folders = Folders(Path.GetFullPath(options.Value.ModelsPath)).Select(model => Path.Combine(model, "gallery")).Where(Directory.Exists).ToList();
        var inputs = await ReadAsync(folders, "inputs", path => ReadClipAsync(path, AssetKind.Video, Name(path), cancellationToken), cancellationToken);
        var masks = await ReadAsync(folders, "masks", path => ReadMaskAsync(path, cancellationToken), cancellationToken);
        var results = await ReadAsync(folders, "", path => ReadResultAsync(path, inputs, cancellationToken), cancellationToken);
        return [.. inputs, .. masks, .. results];
    }

    private async Task<List<ExampleClip>> ReadAsync(
        IReadOnlyList<string> folders, string part, Func<string, Task<ExampleClip>> read, CancellationToken cancellationToken)
    {
        var paths = folders.Select(folder => Path.Combine(folder, part)).Where(Directory.Exists).SelectMany(Files).ToList();
        var clips = new ExampleClip?[paths.Count];
        await Parallel.ForAsync(0, paths.Count, new ParallelOptions { MaxDegreeOfParallelism = ReadersAtATime, CancellationToken = cancellationToken }, async (i, _) =>
        {
            try
            {
                clips[i] = await read(paths[i]);
            }
            catch (Exception e) when (e is MediaException or MediaImportException or FfmpegException or JsonException or InvalidDataException or IOException)
            {
                logger.ExampleLeftOut(e, Path.GetFileName(paths[i]));
            }
        });
        return [.. clips.OfType<ExampleClip>()];
    }

    private async Task<ExampleClip> ReadMaskAsync(string path, CancellationToken cancellationToken) =>
        new(await importer.ImportAsync([path], Name(path), cancellationToken) with { Kind = AssetKind.Mask }, null);

    private async Task<ExampleClip> ReadResultAsync(string path, IReadOnlyList<ExampleClip> inputs, CancellationToken cancellationToken)
    {
        var json = await RecipeMetadata.ReadAsync(path, cancellationToken) ?? throw new InvalidDataException("there is no recipe in the file");
        var recipe = Recipe.FromJson(json);
        var source = inputs.FirstOrDefault(clip => clip.Media.Sha256 == recipe.Input?.Sha256)?.Media.Name;
        var name = string.Join(" · ", new[] { GenerationTaskCatalog.Get(recipe.Task).Title, recipe.ClassName ?? source }.OfType<string>());
        return await ReadClipAsync(path, AssetKind.Generated, name, cancellationToken) with { Recipe = recipe };
    }

    // As a worker stores a result: our own writer's mp4 is what browsers play, so nothing is encoded again.
    private async Task<ExampleClip> ReadClipAsync(string path, AssetKind kind, string name, CancellationToken cancellationToken)
    {
        var facts = await MediaProbe.ReadAsync(path, cancellationToken);
        var frames = await VideoReader.ReadAllFramesAsync(path, facts.DisplayWidth, facts.DisplayHeight, FitMode.CentreCrop, cancellationToken);
        var stored = await StoreAsync(path, cancellationToken);
        var media = new ImportedMedia
        {
            Kind = kind,
            Name = name,
            Sha256 = stored,
            ProxySha256 = stored,
            PosterSha256 = await StoreAsync(PngEncoder.Encode(frames.Frame(0).Span, frames.Width, frames.Height), cancellationToken),
            SheetSha256 = await StoreAsync(PngEncoder.EncodeSheet(frames), cancellationToken),
            Frames = frames.Count,
            Width = frames.Width,
            Height = frames.Height,
            FrameRate = frames.FrameRateHz,
            SizeBytes = new FileInfo(path).Length,
        };
        return new ExampleClip(media, null);
    }

    private async Task<ContentHash> StoreAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return await artifacts.PutAsync(file, cancellationToken);
    }

    private async Task<ContentHash> StoreAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(bytes);
        return await artifacts.PutAsync(stream, cancellationToken);
    }

    private static IEnumerable<string> Folders(string path) => Directory.Exists(path) ? Directory.GetDirectories(path).Order(StringComparer.Ordinal) : [];

    private static IEnumerable<string> Files(string folder) => Directory.GetFiles(folder)
        .Where(path => Path.GetExtension(path) is ".mp4" or ".png").Order(StringComparer.Ordinal);

    // 02-knight-walks.mp4 is "Knight walks".
    private static string Name(string path)
    {
        var words = Path.GetFileNameWithoutExtension(path).TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9').Replace('-', ' ').Trim();
        return words.Length == 0 ? "Example" : char.ToUpperInvariant(words[0]) + words[1..];
    }
}
