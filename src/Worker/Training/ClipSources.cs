namespace Magvit.Worker.Training;

/// <summary>The videos of a data set: a folder of class folders, or a manifest (docs/training.md).</summary>
internal static class ClipSources
{
    /// <summary>The class of videos that lie in no class folder and whose manifest names none.</summary>
    public const string OnlyClass = "all";

    private static readonly string[] Extensions = [".mp4", ".webm", ".mov", ".mkv", ".avi", ".gif"];

    /// <summary>Lists the videos of a folder or a manifest in a fixed order.</summary>
    /// <exception cref="InvalidDataException">There is no such folder or file, or the manifest is not one; the message says all that is wrong with it.</exception>
    public static IReadOnlyList<ClipSource> Find(string data)
    {
        if (Directory.Exists(data))
        {
            return Unique(Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories)
                .Where(f => Extensions.Contains(Path.GetExtension(f).ToLowerInvariant()))
                .Order(StringComparer.Ordinal)
                .Select(f => (f, Path.GetRelativePath(data, f).Replace('\\', '/'), (string?)null)));
        }

        if (!File.Exists(data))
        {
            throw new InvalidDataException($"data: there is no folder or manifest {data}");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(data))!;
        return Unique(ClipManifest.Read(data).Select(row => (Path.GetFullPath(row.File, folder), $"{ClassOf(row)}/{row.File.Replace('\\', '/').Trim('/')}", row.Split)));
    }

    // Without a class of its own, a file belongs to the folder it lies in.
    private static string ClassOf(ClipManifestRow row) =>
        row.ClassName ?? (Path.GetFileName(Path.GetDirectoryName(row.File)) is { Length: > 0 } folder ? folder : OnlyClass);

    // a/b.mp4 is called a/b; where a/b.gif lies beside it, both keep their endings.
    private static List<ClipSource> Unique(IEnumerable<(string Path, string Name, string? Split)> files)
    {
        var all = files.Select(f => (f.Path, Name: f.Name.Contains('/') ? f.Name : $"{OnlyClass}/{f.Name}", f.Split)).ToList();
        var taken = all.GroupBy(f => Path.ChangeExtension(f.Name, null), StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet();
        return all.ConvertAll(f => Path.ChangeExtension(f.Name, null) is var name && taken.Contains(name)
            ? new ClipSource(f.Path, f.Name, f.Split)
            : new ClipSource(f.Path, name, f.Split));
    }
}
