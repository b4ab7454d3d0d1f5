namespace Magvit.Infrastructure.Media;

/// <summary>A file that was taken out of an archive.</summary>
/// <param name="Name">Its name there, with folders, for people only.</param>
/// <param name="Path">Where it lies now, under a name of ours.</param>
/// <param name="SizeBytes">Its size.</param>
public sealed record ArchiveFile(string Name, string Path, long SizeBytes);
