using Magvit.Web.Uploads;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Magvit.Web.Api;

/// <summary>The files of one multipart request, in a folder of their own that goes when this is disposed.</summary>
internal sealed class MultipartFiles(string folder, UploadOptions options) : IDisposable
{
    private readonly List<string> _paths = [];

    /// <summary>The files, in the order they came.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>The name of the first file.</summary>
    public string Name { get; private set; } = "clip";

    /// <summary>Writes the parts to disk.</summary>
    /// <returns>What is wrong with the request, or <see langword="null"/>.</returns>
    public async Task<IResult?> ReadAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                || !disposition.IsFileDisposition()
                || HeaderUtilities.RemoveQuotes(disposition.Name) != "file")
            {
                continue;
            }

            if (_paths.Count == options.MaxFiles)
            {
                return Problems.Invalid("file", $"A clip is made of at most {options.MaxFiles} files.");
            }

            var path = Path.Combine(folder, $"{_paths.Count:D5}");
            await using (var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await section.Body.CopyToAsync(target, cancellationToken);
                if (target.Length > options.MaxFileBytes)
                {
                    return Problems.TooLarge(options.MaxFileBytes);
                }
            }

            if (_paths.Count == 0 && (disposition.FileNameStar.Value ?? HeaderUtilities.RemoveQuotes(disposition.FileName).Value) is { Length: > 0 } name)
            {
                Name = Path.GetFileName(name);
            }

            _paths.Add(path);
        }

        return _paths.Count == 0 ? Problems.Invalid("file", "The request has no file. Send it in the field 'file'.") : null;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
