using System.Globalization;
using Magvit.Domain.Assets;

namespace Magvit.Infrastructure.Media;

/// <summary>Reads what users upload: refuses what cannot be used in a helpful sentence, and makes the working copies of the rest.</summary>
/// <param name="artifacts">Takes the original and the copies.</param>
public sealed class MediaImporter(IArtifactStore artifacts) : IMediaImporter
{
    /// <summary>The thinnest picture taken in, as long side over short side.</summary>
    private const int MaxShape = 16;

    private static readonly TimeSpan EncodingLimit = TimeSpan.FromMinutes(20);

    /// <summary>Where working copies lie until they are stored.</summary>
    internal string TemporaryFolder { get; init; } = Path.GetTempPath();

    /// <inheritdoc/>
    public Task<ImportedMedia> ImportAsync(IReadOnlyList<string> files, string name, CancellationToken cancellationToken) =>
        ImportAsync(files, name, imageRateHz: null, cancellationToken);

    /// <inheritdoc/>
    public async Task<ImportedMedia> ImportAsync(IReadOnlyList<string> files, string name, double? imageRateHz, CancellationToken cancellationToken)
    {
        if (imageRateHz is { } rate && rate is not (>= MediaLimits.MinImageRateHz and <= MediaLimits.MaxImageRateHz))
        {
            throw new MediaImportException(string.Create(
                CultureInfo.InvariantCulture, $"Pictures are shown {MediaLimits.MinImageRateHz} to {MediaLimits.MaxImageRateHz} times a second, got {rate}; choose a frame rate in between."));
        }

        var workspace = Directory.CreateDirectory(Path.Combine(TemporaryFolder, $"magvit-import-{Guid.NewGuid():N}"));
        try
        {
            return files.Count switch
            {
                0 => throw new MediaImportException("No file was chosen; choose a video, or one or more pictures."),
                1 => await ImportFileAsync(files[0], name, workspace.FullName, [], cancellationToken),
                _ => await ImportImagesAsync(files, name, imageRateHz ?? ProxyPlan.ImageRateHz, workspace.FullName, cancellationToken),
            };
        }
        catch (MediaException exception)
        {
            throw new MediaImportException(exception.Message, exception);
        }
        catch (FfmpegException exception)
        {
            throw new MediaImportException("The file could not be processed: " + exception.Message, exception);
        }
        finally
        {
            workspace.Delete(recursive: true);
        }
    }

    private async Task<ImportedMedia> ImportImagesAsync(
        IReadOnlyList<string> files, string name, double rateHz, string workspace, CancellationToken cancellationToken)
    {
        if (files.Count > MediaLimits.MaxImages)
        {
            throw new MediaImportException($"{files.Count} pictures are too many for one clip; choose at most {MediaLimits.MaxImages}.");
        }

        var row = await ImageRow.ReadFactsAsync(files, rateHz, CheckLimits, cancellationToken);
        var clip = Path.Combine(workspace, "row.mkv");
        await row.WriteClipAsync(clip, cancellationToken);
        return await ImportFileAsync(clip, name, workspace, row.Notes, cancellationToken) with { Kind = AssetKind.Image };
    }

    private async Task<ImportedMedia> ImportFileAsync(
        string path, string name, string workspace, IReadOnlyList<string> earlierNotes, CancellationToken cancellationToken)
    {
        var facts = await MediaProbe.ReadAsync(path, cancellationToken);
        CheckLimits(facts);
        var timing = facts.IsStillImage ? null : await FrameTiming.ReadAsync(path, cancellationToken);
        if (timing?.Packets > MediaLimits.MaxFrames)
        {
            throw MediaRefusals.TooLong();
        }

        var plan = ProxyPlan.For(facts, timing);
        var proxy = Path.Combine(workspace, "proxy.mp4");
        await EncodeProxyAsync(path, proxy, facts, plan, cancellationToken);
        var working = await ReadProxyAsync(proxy, cancellationToken);
        var frames = working.DeclaredFrames!.Value;
        var notes = earlierNotes.Concat(plan.Notes).ToList();
        AddLosses(facts, timing, plan, frames, notes);

        var (drawing, reading) = (
            Filmstrip.DrawAsync(proxy, working, frames, cancellationToken),
            VideoReader.ReadFramesAsync(proxy, working, 0, 1, 1, plan.Width, plan.Height, FitMode.CentreCrop, cancellationToken));
        await Task.WhenAll(drawing, reading);
        var (sheet, poster) = (await drawing, await reading);
        return new ImportedMedia
        {
            Kind = frames == 1 ? AssetKind.Image : AssetKind.Video,
            Name = name,
            Sha256 = await StoreAsync(path, cancellationToken),
            ProxySha256 = await StoreAsync(proxy, cancellationToken),
            PosterSha256 = await StoreAsync(PngEncoder.Encode(poster.Rgb, poster.Width, poster.Height), cancellationToken),
            SheetSha256 = await StoreAsync(sheet, cancellationToken),
            Frames = frames,
            Width = facts.DisplayWidth,
            Height = facts.DisplayHeight,
            FrameRate = plan.FrameRateHz,
            SizeBytes = new FileInfo(path).Length,
            Notes = notes,
        };
    }

    private static void CheckLimits(MediaFacts facts)
    {
        if (Math.Max(facts.CodedWidth, facts.CodedHeight) > MediaLimits.MaxSide
            || Math.Max(facts.DisplayWidth, facts.DisplayHeight) > MediaLimits.MaxSide
            || (long)facts.CodedWidth * facts.CodedHeight > FfmpegCommand.MaxPixels)
        {
            throw MediaRefusals.TooLarge();
        }

        if (facts.Duration > MediaLimits.MaxDuration || facts.DeclaredFrames > MediaLimits.MaxFrames)
        {
            throw MediaRefusals.TooLong();
        }

        if (Math.Max(facts.DisplayWidth, facts.DisplayHeight) > MaxShape * Math.Min(facts.DisplayWidth, facts.DisplayHeight))
        {
            throw new MediaException(
                $"The picture is too thin ({facts.DisplayWidth}x{facts.DisplayHeight}); cut it to a shape of at most {MaxShape} to 1.");
        }
    }

    private static async Task EncodeProxyAsync(
        string path, string proxy, MediaFacts facts, ProxyPlan plan, CancellationToken cancellationToken)
    {
        var command = new FfmpegCommand
        {
            Program = "ffmpeg",
            Arguments = [.. plan.InputOptions, .. FfmpegCommand.InputOptions(path), .. plan.OutputOptions(facts), "file:" + proxy],
            TimeLimit = EncodingLimit,
        };
        try
        {
            await FfmpegProcess.RunAsync(command, cancellationToken);
        }
        catch (FfmpegException exception)
        {
            throw MediaRefusals.FromDecoding(path, exception);
        }

        if (new FileInfo(proxy) is not { Exists: true, Length: > 0 })
        {
            throw MediaRefusals.CutOff();
        }
    }

    /// <summary>The facts of the working copy, which says how many frames it has.</summary>
    private static async Task<MediaFacts> ReadProxyAsync(string proxy, CancellationToken cancellationToken)
    {
        try
        {
            var facts = await MediaProbe.ReadAsync(proxy, cancellationToken);
            return facts.DeclaredFrames switch
            {
                null or <= 0 => throw MediaRefusals.CutOff(),
                > MediaLimits.MaxFrames => throw MediaRefusals.TooLong(),
                _ => facts,
            };
        }
        catch (MediaException)
        {
            // A proxy without a picture stream: not one frame of the file could be decoded.
            throw MediaRefusals.CutOff();
        }
    }

    /// <summary>Says what is missing when a file declares more than could be decoded, and refuses it when next to nothing is left.</summary>
    private static void AddLosses(MediaFacts facts, FrameTiming? timing, ProxyPlan plan, int frames, List<string> notes)
    {
        if (timing is not null)
        {
            var declared = facts.DeclaredFrames ?? (int)Math.Round(facts.Duration.TotalSeconds * facts.FrameRateHz);
            var expected = Math.Max(declared, timing.Packets);
            var got = plan.KeepsEveryFrame ? frames : timing.Packets;
            if (got < expected - Math.Max(2, expected / 20))
            {
                notes.Add(got >= 2
                    ? $"The file is cut off or damaged: {got} of its {expected} frames could be read."
                    : throw MediaRefusals.CutOff());
            }
        }

        if (facts.HasAlpha && facts.Codec != "gif")
        {
            notes.Add("Showed transparent areas over white.");
        }

        if (frames == 1)
        {
            notes.Add("This is one still image; it is repeated where a clip needs more frames.");
        }
        else if (frames < 16)
        {
            notes.Add($"The clip has {frames} frames; the last is repeated where 16 are needed.");
        }
    }

    private async Task<ContentHash> StoreAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return await artifacts.PutAsync(file, cancellationToken);
    }

    private async Task<ContentHash> StoreAsync(byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content);
        return await artifacts.PutAsync(stream, cancellationToken);
    }
}
