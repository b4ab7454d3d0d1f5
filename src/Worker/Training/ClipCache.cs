using System.Security.Cryptography;
using System.Text;
using Magvit.Infrastructure.Media;
using Magvit.Model.Training;

namespace Magvit.Worker.Training;

/// <summary>Decodes a data set once into one compact file of frames.</summary>
public static class ClipCache
{
    private const string Extension = ".safetensors";

    /// <summary>The cache file of a data set at one size, made when it is missing or the data set has changed.</summary>
    /// <param name="data">A folder with one folder of videos per class, a manifest, or a cache file that was made elsewhere.</param>
    /// <param name="cacheFolder">Where the cache file goes.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="report">Takes a line for each file that is skipped, and one at the end.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <exception cref="InvalidDataException">There is no such data set, or it holds no readable video.</exception>
    /// <exception cref="IOException">The disk is full; no half of a cache stays.</exception>
    public static async Task<string> EnsureAsync(
        string data, string cacheFolder, int width, int height, Action<string> report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (Path.GetExtension(data) == Extension)
        {
            return File.Exists(data) ? data : throw new InvalidDataException($"data: there is no cache file {data}");
        }

        var sources = ClipSources.Find(data);
        var path = Path.Combine(cacheFolder, $"clips-{Key(data, sources, width, height)}{Extension}");
        if (File.Exists(path))
        {
            return path;
        }

        Directory.CreateDirectory(cacheFolder);
        using var cache = new ClipCacheWriter(path, sources.Select(s => s.Name), width, height);
        var skipped = 0;
        await Parallel.ForEachAsync(sources, cancellationToken, async (source, token) =>
        {
            try
            {
                var frames = await VideoReader.ReadAllFramesAsync(source.Path, width, height, FitMode.CentreCrop, token);
                cache.Add(source.Name, frames.Rgb, source.Split);
            }
            catch (MediaException e)
            {
                Interlocked.Increment(ref skipped);
                report($"skipped {source.Name}: {e.Message}");
            }
        });
        if (cache.Count == 0)
        {
            throw new InvalidDataException($"{data}: no readable video in class folders ({skipped} files skipped)");
        }

        cache.Complete();
        report($"decoded {cache.Count} clips to {width}x{height}, skipped {skipped}");
        return path;
    }

    // Files and their lengths, and what a manifest says of them: a file that changes and keeps its length goes unseen.
    private static string Key(string data, IReadOnlyList<ClipSource> sources, int width, int height)
    {
        var isManifest = File.Exists(data);
        var folder = isManifest ? Path.GetDirectoryName(Path.GetFullPath(data))! : data;
        var fingerprint = string.Join('\n', sources.Select(s =>
            $"{Path.GetRelativePath(folder, s.Path)} {(File.Exists(s.Path) ? new FileInfo(s.Path).Length : 0)}{(isManifest ? $" {s.Name} {s.Split}" : "")}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{width}x{height}\n{fingerprint}")))[..16];
    }
}
