namespace Magvit.Infrastructure.Media;

/// <summary>What is taken out of an archive at most.</summary>
/// <param name="MaxFiles">Most files.</param>
/// <param name="MaxFileBytes">Largest single file, unpacked.</param>
/// <param name="MaxTotalBytes">Largest sum of all files, unpacked.</param>
public sealed record ArchiveLimits(int MaxFiles, long MaxFileBytes, long MaxTotalBytes);
