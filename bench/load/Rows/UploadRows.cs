using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Magvit.LoadBench.Hosts;
using Magvit.LoadBench.Seeding;

namespace Magvit.LoadBench.Rows;

/// <summary>A file over HTTP in the chunks of the browser's script, in turns with a copy on the same disk; both are hashed where they have arrived.</summary>
internal static class UploadRows
{
    public const string Area = "upload";

    /// <summary>As in <c>wwwroot/uploads/transfer.js</c>.</summary>
    private const int ChunkBytes = 8 * 1024 * 1024;

    public static async Task<IReadOnlyList<LoadRow>> MeasureAsync(
        SeededPlatform platform, SiteProcess site, LoadOptions options, CancellationToken cancellationToken)
    {
        var source = Path.Combine(platform.Database.Folder, "source.bin");
        var copy = Path.Combine(platform.Database.Folder, "copy.bin");
        var bytes = (long)options.UploadMebibytes << 20;
        var hash = await WriteRandomAsync(source, bytes, cancellationToken);
        using var client = site.CreateClient(await platform.Database.KeyAsync(platform.First, cancellationToken));
        var (sent, copied) = (new Samples(), new Samples());
        for (var turn = 0; turn < options.Uploads; turn++)
        {
            Require(hash, await sent.TimeAsync(() => SendAsync(client, platform.Database, source, $"load-{turn}", cancellationToken)));
            using var removed = await client.DeleteAsync($"/api/v1/uploads/{await OpenAsync(client, bytes, $"load-{turn}", cancellationToken)}", cancellationToken);
            Require(hash, await copied.TimeAsync(() => CopyAsync(source, copy, cancellationToken)));
            File.Delete(copy);
        }

        File.Delete(source);
        return
        [
            new(Area, "MB/s", null, Rate($"{options.UploadMebibytes} MiB in chunks over HTTP, SHA-256", bytes, sent), [Rate("copy on the same disk, SHA-256", bytes, copied)]),
        ];
    }

    private static LoadFigure Rate(string name, long bytes, Samples times) => new(name, bytes / 1e3 / times.Quantile(0.5));

    private static async Task<byte[]> SendAsync(HttpClient client, LoadDatabase database, string source, string key, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(source);
        var id = await OpenAsync(client, file.Length, key, cancellationToken);
        var buffer = new byte[ChunkBytes];
        while (file.Position < file.Length)
        {
            var offset = file.Position;
            var read = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            using var chunk = new ByteArrayContent(buffer, 0, read);
            chunk.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            using var answer = await client.PutAsync($"/api/v1/uploads/{id}?offset={offset}", chunk, cancellationToken);
            answer.EnsureSuccessStatusCode();
        }

        return await HashAsync(Path.Combine(database.Folder, "uploads", $"{id}.part"), cancellationToken);
    }

    private static async Task<string> OpenAsync(HttpClient client, long size, string key, CancellationToken cancellationToken)
    {
        using var answer = await client.PostAsJsonAsync("/api/v1/uploads", new { key, name = "source.bin", size }, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetString()!;
    }

    private static async Task<byte[]> CopyAsync(string source, string target, CancellationToken cancellationToken)
    {
        await using (var from = File.OpenRead(source))
        await using (var to = File.Create(target))
        {
            await from.CopyToAsync(to, cancellationToken);
            await to.FlushAsync(cancellationToken);
            RandomAccess.FlushToDisk(to.SafeFileHandle); // The site's answer to a chunk promises as much.
        }

        return await HashAsync(target, cancellationToken);
    }

    private static async Task<byte[]> WriteRandomAsync(string path, long bytes, CancellationToken cancellationToken)
    {
        var random = new Random(7);
        var block = new byte[1 << 20];
        await using (var file = File.Create(path))
        {
            for (var written = 0L; written < bytes; written += block.Length)
            {
                random.NextBytes(block);
                await file.WriteAsync(block, cancellationToken);
            }
        }

        return await HashAsync(path, cancellationToken);
    }

    private static async Task<byte[]> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return await SHA256.HashDataAsync(file, cancellationToken);
    }

    private static void Require(byte[] expected, byte[] actual)
    {
        if (!expected.AsSpan().SequenceEqual(actual))
        {
            throw new InvalidDataException("What arrived is not what was sent.");
        }
    }
}
