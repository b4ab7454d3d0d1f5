using System.Globalization;
using System.Security.Cryptography;
using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Infrastructure.Media;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Model.Masking;
using Magvit.Model.Training;
using Magvit.Worker.Generation;
using Magvit.Worker.Training;
using ModelTask = Magvit.Model.Masking.GenerationTask;

namespace Magvit.Worker.Examples;

/// <summary>
/// Writes a model's folder <c>gallery</c>: clips to work on, a mask, and results with their recipes. The clips to work on are held-out clips as the model's own
/// tokenizer draws them, so none of the data set is copied.
/// </summary>
internal sealed class ExampleGallery(string modelFolder, string data, IReadOnlyList<string>? inputNames, long seed, TextWriter output)
{
    private const int Inputs = 6;
    private const string Mask = "01-round-window";

    private readonly string _folder = Path.Combine(modelFolder, "gallery");
    private readonly string _modelName = Path.GetFileName(Path.TrimEndingDirectorySeparator(modelFolder));
    private long _seed = seed;
    private int _number;

    /// <summary>Writes it anew: (1) clips to work on, (2) the mask, (3) a result for each task, (4) one for each class.</summary>
    /// <returns>0.</returns>
    /// <exception cref="ArgumentException">A clip that is asked for is not held out.</exception>
    public async Task<int> WriteAsync(CancellationToken cancellationToken)
    {
        using var generator = VideoGenerator.Load(modelFolder, ComputeDevice.Precision, ComputeDevice.Device, ComputeDevice.UsesBytes);
        var geometry = generator.Geometry;
        var cache = await ClipCache.EnsureAsync(
            data, Path.Combine(Path.GetTempPath(), "magvit-examples"), geometry.Width, geometry.Height, output.WriteLine, cancellationToken);
        using var clips = ClipDataset.Load(cache);
        var heldOut = clips.Split().HeldOut;
        var chosen = Choose(heldOut);
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }

        var inputs = new List<(string Path, string Class)>();
        Directory.CreateDirectory(Path.Combine(_folder, "inputs"));
        foreach (var index in chosen)                                                                          // 1
        {
            using var clip = heldOut.Window(index, 0, geometry.Frames);
            using var drawn = generator.Reconstruct(clip);
            var path = Path.Combine(_folder, "inputs", string.Create(CultureInfo.InvariantCulture, $"{inputs.Count + 1:00}-{FileName(heldOut.Name(index))}.mp4"));
            await ClipWriter.WriteAsync(FrameTensors.ToVideoFrames(drawn, SampleClips.FrameRateHz), path, null, cancellationToken);
            inputs.Add((path, heldOut.ClassNames[heldOut.Label(index)]));
        }

        Directory.CreateDirectory(Path.Combine(_folder, "masks"));                                             // 2
        var mask = Path.Combine(_folder, "masks", Mask + ".png");
        await File.WriteAllBytesAsync(mask, PngEncoder.Encode(RoundWindow(geometry.Width, geometry.Height), geometry.Width, geometry.Height), cancellationToken);

        var classes = generator.Manifest.ClassNames;
        foreach (var task in GenerationTasks.All.Where(t => t != ModelTask.ClassConditional))                  // 3
        {
            var (input, className) = inputs[_number % inputs.Count];
            if (!task.NeedsClass() || classes.Contains(className))
            {
                await GenerateAsync(generator, task, input, task == ModelTask.CustomMask ? mask : null, task.NeedsClass() ? className : null, cancellationToken);
            }
        }

        foreach (var className in classes)                                                                     // 4
        {
            await GenerateAsync(generator, ModelTask.ClassConditional, null, null, className, cancellationToken);
        }

        var bytes = Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{inputs.Count} clips to work on and {_number} results in {_folder}, {bytes / 1024} KiB"));
        return 0;
    }

    private List<int> Choose(ClipDataset heldOut)
    {
        if (inputNames is null)
        {
            return [.. SampleClips.Spread(heldOut, Inputs)];
        }

        var places = Enumerable.Range(0, heldOut.Count).ToDictionary(heldOut.Name);
        return [.. inputNames.Select(name => places.TryGetValue(name, out var place) ? place : throw new ArgumentException($"{name} is no held-out clip of {data}"))];
    }

    private async Task GenerateAsync(
        VideoGenerator generator, ModelTask task, string? input, string? mask, string? className, CancellationToken cancellationToken)
    {
        var footage = await ClipInput.ReadAsync(task, input, mask, 0, 1, generator.Geometry, cancellationToken);
        using var clip = footage.Clip;
        using var known = footage.KnownPixels;
        var request = new GenerationInput(task, clip, known, className, new DecodingOptions { Seed = _seed++ }, GenerationTaskCatalog.Parse(task.Name()).KeepsInput);
        var tokens = generator.Generate(request, null, cancellationToken);
        using var frames = generator.ToFrames(tokens, request);
        var recipe = RecipeFactory.Create(
            generator, _modelName, request, tokens, input is null ? null : new RecipeInput(await HashAsync(input, cancellationToken), 0, 1),
            mask is null ? null : await HashAsync(mask, cancellationToken), DateTimeOffset.UtcNow);
        var name = string.Create(CultureInfo.InvariantCulture, $"{++_number:00}-{task.Name()}{(className is null ? "" : "-" + className.Replace('_', '-'))}.mp4");
        await ClipWriter.WriteAsync(FrameTensors.ToVideoFrames(frames, footage.FrameRateHz), Path.Combine(_folder, name), recipe.ToJson(), cancellationToken);
        await output.WriteLineAsync($"{name}, seed {request.Options.Seed}");
    }

    // walk/knight_05 is walk-knight: people read it in the library.
    private static string FileName(string clip) => string.Join('-', clip.Split('/', '_', '-').Where(word => !word.All(char.IsAsciiDigit))).ToLowerInvariant();

    // White where the clip is generated: a disc a little above the middle.
    private static byte[] RoundWindow(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
        {
            var (x, y) = ((i % width + 0.5) / width - 0.5, (i / width + 0.5) / height - 0.42);
            rgb.AsSpan(i * 3, 3).Fill((byte)(x * x + y * y < 0.22 * 0.22 ? 255 : 0));
        }

        return rgb;
    }

    private static async Task<ContentHash> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return ContentHash.Parse(Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)));
    }
}
