using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Infrastructure.Gallery;
using Magvit.Infrastructure.Media;

namespace Magvit.Web.Gallery;

/// <summary>Writes a result in the format that somebody wants to take away; every file carries the recipe, unless it is to be left out.</summary>
internal sealed class ClipExport(IArtifactStore artifacts)
{
    /// <summary>The format in which results are stored: handed out byte for byte.</summary>
    public const string Original = "mp4";

    public static IReadOnlyList<string> Formats { get; } = [Original, "webm", "gif", "png"];

    public static string ContentType(string format) => format switch
    {
        "webm" => "video/webm",
        "gif" => "image/gif",
        "png" => "image/png",
        _ => "video/mp4",
    };

    /// <summary>A file name that says what is inside, without ending.</summary>
    public static string FileName(GallerySummary item) =>
        $"magvit-{GenerationTaskCatalog.Get(item.Recipe.Task).Name}-{item.Recipe.Seed}";

    /// <summary>Converts a result. The file behind the stream goes when the stream is closed.</summary>
    /// <param name="item">The result.</param>
    /// <param name="format">One of <see cref="Formats"/>; <see cref="Original"/> is copied picture for picture.</param>
    /// <param name="withRecipe">Whether the file shall carry the recipe.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The file, or <see langword="null"/> when the stored clip is gone.</returns>
    public async Task<Stream?> WriteAsync(GallerySummary item, string format, bool withRecipe, CancellationToken cancellationToken)
    {
        if (artifacts.TryGetPath(item.Asset.Sha256) is not { } source)
        {
            return null;
        }

        var folder = Directory.CreateTempSubdirectory("magvit-export-");
        try
        {
            var path = Path.Combine(folder.FullName, "clip." + format);
            if (format == Original)
            {
                await VideoWriter.CopyWithoutTagsAsync(source, path, cancellationToken);
                return OpenOnce(path);
            }

            var frames = await VideoReader.ReadAllFramesAsync(source, item.Asset.Width, item.Asset.Height, FitMode.CentreCrop, cancellationToken);
            var recipe = withRecipe ? item.Recipe.ToJson() : null;
            await (format switch
            {
                "webm" => VideoWriter.WriteWebmAsync(frames, path, recipe, cancellationToken),
                "gif" => VideoWriter.WriteGifAsync(frames, path, recipe, cancellationToken),
                "png" => VideoWriter.WritePngSheetAsync(frames, path, recipe, cancellationToken),
                _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format."),
            });

            return OpenOnce(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // An open file outlives its name, so the folder can go at once.
    private static FileStream OpenOnce(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
}
