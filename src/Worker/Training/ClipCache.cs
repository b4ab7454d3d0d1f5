using System.Security.Cryptography;
using System.Text;
using Magvit.Infrastructure.Media;
using Magvit.Model.Checkpoints;
using static TorchSharp.torch;

namespace Magvit.Worker.Training;

/// <summary>Decodes a folder of class folders of videos once into one compact file of frames.</summary>
public static class ClipCache
{
    private static readonly string[] Extensions = [".mp4", ".webm", ".mov", ".mkv", ".avi", ".gif"];

    /// <summary>The cache file of a data folder at one size, made when it is missing or the folder has changed.</summary>
    /// <param name="dataFolder">Holds one folder per class, each with videos.</param>
    /// <param name="cacheFolder">Where the cache file goes.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="report">Takes a line for each file that is skipped, and one at the end.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <exception cref="InvalidDataException">The folder holds no readable video.</exception>
    public static async Task<string> EnsureAsync(
        string dataFolder, string cacheFolder, int width, int height, Action<string> report, CancellationToken cancellationToken)
    {
        var files = Directory.EnumerateFiles(dataFolder, "*", SearchOption.AllDirectories)
            .Where(f => Extensions.Contains(Path.GetExtension(f).ToLowerInvariant()))
            .Order(StringComparer.Ordinal).ToList();
        var fingerprint = string.Join('\n', files.Select(f => $"{Path.GetRelativePath(dataFolder, f)} {new FileInfo(f).Length}"));
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{width}x{height}\n{fingerprint}")))[..16];
        var path = Path.Combine(cacheFolder, $"clips-{key}.safetensors");
        if (File.Exists(path))
        {
            return path;
        }

        Directory.CreateDirectory(cacheFolder);
        var clips = new Dictionary<string, Tensor>();
        var skipped = 0;
        await Parallel.ForEachAsync(files, cancellationToken, async (file, token) =>
        {
            var name = Path.ChangeExtension(Path.GetRelativePath(dataFolder, file), null);
            try
            {
                var frames = await VideoReader.ReadAllFramesAsync(file, width, height, FitMode.CentreCrop, token);
                lock (clips)
                {
                    clips[name] = tensor(frames.Rgb, [frames.Count, height, width, 3]).DetachFromDisposeScope();
                }
            }
            catch (MediaException e)
            {
                Interlocked.Increment(ref skipped);
                report($"skipped {name}: {e.Message}");
            }
        });
        if (clips.Count == 0)
        {
            throw new InvalidDataException($"{dataFolder}: no readable video in class folders ({skipped} files skipped)");
        }

        SafeTensors.Write(path, clips);
        foreach (var clip in clips.Values)
        {
            clip.Dispose();
        }

        report($"decoded {clips.Count} clips to {width}x{height}, skipped {skipped}");
        return path;
    }
}
