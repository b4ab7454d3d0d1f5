using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Magvit.Domain.Assets;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Model.Masking;
using Magvit.Worker.Generation;
using static TorchSharp.torch;

namespace Magvit.Worker.Commands;

/// <summary><c>generate</c>: one generation without database and web.</summary>
internal static class GenerateCommand
{
    private static readonly Option<string> TaskName = new("--task") { Description = "One of " + string.Join(", ", GenerationTasks.All.Select(t => t.Name())), Required = true };
    private static readonly Option<FileInfo?> Input = new("--input") { Description = "A video or image; not for class-conditional" };
    private static readonly Option<FileInfo> Output = new("--output") { Description = "The clip to write: .mp4, .webm, .gif or .png", Required = true };
    private static readonly Option<FileInfo?> Mask = new("--mask") { Description = "A video or image; white is generated, black is kept (custom-mask)" };
    private static readonly Option<string?> ClassName = new("--class") { Description = "One of the model's classes" };
    private static readonly Option<DirectoryInfo> ModelDirectory = new("--model") { Description = "Model folder", DefaultValueFactory = _ => new DirectoryInfo("models/demo-64") };
    private static readonly Option<long> Seed = new("--seed") { Description = "Same seed, same clip", DefaultValueFactory = _ => 0 };
    private static readonly Option<int> Steps = new("--steps") { Description = "Decoding steps", DefaultValueFactory = _ => 12 };
    private static readonly Option<double> Temperature = new("--temperature") { Description = "Choice temperature", DefaultValueFactory = _ => 4.5 };
    private static readonly Option<double?> SamplingTemperature = new("--sampling-temperature") { Description = "Below 1: likelier tokens, calmer clips; default: what suits the model" };
    private static readonly Option<double?> Guidance = new("--guidance") { Description = "Weight of classifier-free guidance; 0 is none; default: what suits model and task" };
    private static readonly Option<string> Schedule = new("--schedule") { Description = "Mask schedule: cosine, uniform or exp", DefaultValueFactory = _ => "cosine" };
    private static readonly Option<int> Start = new("--start") { Description = "First frame taken from the input" };
    private static readonly Option<int> Stride = new("--stride") { Description = "Take every n-th frame of the input", DefaultValueFactory = _ => 1 };
    private static readonly Option<int?> TopK = new("--top-k") { Description = "Draw only the k likeliest codes" };
    private static readonly Option<double?> TopP = new("--top-p") { Description = "Draw only the likeliest codes that together reach this probability" };
    private static readonly Option<int?> GivenFrames = new("--given-frames") { Description = "Frames given at the start, of interpolation also at the end; default 1" };
    private static readonly Option<int?> Frames = new("--frames") { Description = "Frames of the result; more than the model's are made window by window" };
    private static readonly Option<int?> Overlap = new("--overlap") { Description = "Frames that each window takes over from the one before; default 4" };
    private static readonly Option<string?> Canvas = new("--canvas") { Description = "WxH: a larger picture, made around the clip by repeated outpainting" };
    private static readonly Option<string?> ClipSize = new("--clip-size") { Description = "WxH: the size that the clip gets in the canvas; default: the model's" };
    private static readonly Option<string?> ClipPlace = new("--clip-at") { Description = "X,Y: where the clip begins in the canvas; default: the middle" };
    private static readonly Option<bool?> Keep = new("--keep-input") { Description = "Put the known pixels back exactly, or not (false); default: for in- and outpainting and drawn masks", HelpName = "true|false" };

    public static Command Create()
    {
        var command = new Command("generate", "Generate one clip")
        {
            TaskName, Input, Output, Mask, ClassName, ModelDirectory, Seed, Steps, Temperature, SamplingTemperature, TopK, TopP, Guidance, Schedule, Start, Stride,
            GivenFrames, Frames, Overlap, Canvas, ClipSize, ClipPlace, Keep,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var task = GenerationTasks.Parse(arguments.GetValue(TaskName)!);
        var total = Stopwatch.StartNew();
        using var generator = VideoGenerator.Load(arguments.GetValue(ModelDirectory)!.FullName, ComputeDevice.Precision, ComputeDevice.Device, ComputeDevice.UsesBytes);
        var options = new DecodingOptions
        {
            Seed = arguments.GetValue(Seed),
            Steps = arguments.GetValue(Steps),
            ChoiceTemperature = arguments.GetValue(Temperature),
            SamplingTemperature = arguments.GetValue(SamplingTemperature),
            Guidance = arguments.GetValue(Guidance),
            Schedule = MaskSchedules.Parse(arguments.GetValue(Schedule)!),
            TopK = arguments.GetValue(TopK) ?? 0,
            TopP = arguments.GetValue(TopP) ?? 0,
        };
        var asked = Request(arguments, task, options);
        var isLarge = Domain.Generation.GenerationSize.IsLarge(asked, generator.Geometry.Frames);
        using var footage = isLarge ? await ReadCanvasAsync(arguments, task, asked, generator, cancellationToken)
            : await ClipInput.ReadAsync(task, arguments.GetValue(Input)?.FullName, arguments.GetValue(Mask)?.FullName,
                arguments.GetValue(Start), arguments.GetValue(Stride), generator.Geometry, cancellationToken);
        foreach (var note in footage.Notes)
        {
            Console.WriteLine(note);
        }

        var request = new GenerationInput(task, footage.Clip, footage.KnownPixels, arguments.GetValue(ClassName), options, asked.KeepsInput)
        {
            GivenFrames = asked.GivenFrames ?? 1,
        };
        var computing = Stopwatch.StartNew();
        var (frames, tokens) = isLarge ? FillCanvas(generator, request, asked.Overlap, cancellationToken) : Decode(generator, request, cancellationToken);
        using var made = frames;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\rcomputed in {computing.Elapsed.TotalSeconds:f2} s ({frames.size(2) / computing.Elapsed.TotalSeconds:f1} frames/s)"));

        var input = arguments.GetValue(Input) is { } file && task.NeedsInput()
            ? new Domain.Generation.RecipeInput(await HashAsync(file, cancellationToken), arguments.GetValue(Start), arguments.GetValue(Stride))
            : null;
        var recipe = RecipeFactory.Create(generator, arguments.GetValue(ModelDirectory)!.Name, request, tokens, input, null, DateTimeOffset.UtcNow)
            .WithSizeOf(asked, isLarge);
        await ClipWriter.WriteAsync(FrameTensors.ToVideoFrames(frames, footage.FrameRateHz), arguments.GetValue(Output)!.FullName, recipe.ToJson(), cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{arguments.GetValue(Output)}: {task.Name()}, seed {options.Seed}, tokens {recipe.TokensHash[..12]}, {total.Elapsed.TotalSeconds:f1} s in all"));
        return 0;
    }

    private static Domain.Generation.GenerationRequest Request(ParseResult arguments, GenerationTask task, DecodingOptions options) => new()
    {
        Task = Domain.Generation.GenerationTaskCatalog.Parse(task.Name()).Task,
        InputAssetId = arguments.GetValue(Input) is null ? null : Guid.Empty,
        MaskAssetId = arguments.GetValue(Mask) is null ? null : Guid.Empty,
        InputStart = arguments.GetValue(Start),
        InputStride = arguments.GetValue(Stride),
        ClassName = arguments.GetValue(ClassName),
        KeepInput = arguments.GetValue(Keep),
        Seed = options.Seed,
        Steps = options.Steps,
        GivenFrames = arguments.GetValue(GivenFrames),
        Frames = arguments.GetValue(Frames),
        Overlap = arguments.GetValue(Overlap),
        Canvas = CanvasArguments.Read(arguments.GetValue(Canvas), arguments.GetValue(ClipSize), arguments.GetValue(ClipPlace)),
    };

    private static async Task<ClipInput> ReadCanvasAsync(
        ParseResult arguments, GenerationTask task, Domain.Generation.GenerationRequest asked, VideoGenerator generator, CancellationToken cancellationToken)
    {
        var g = generator.Geometry;
        CanvasArguments.Check(asked, g, generator.Manifest.ClassNames);
        return await CanvasInput.ReadAsync(task, arguments.GetValue(Input)?.FullName, arguments.GetValue(Mask)?.FullName, asked,
            Domain.Generation.GenerationSize.Of(asked, g.Frames, g.Height, g.Width), cancellationToken);
    }

    private static (Tensor Frames, long[] Tokens) Decode(VideoGenerator generator, GenerationInput request, CancellationToken cancellationToken)
    {
        var tokens = generator.Generate(request, step => Console.Write($"\rstep {step.Step}/{step.Steps}"), cancellationToken);
        return (generator.ToFrames(tokens, request), tokens);
    }

    private static (Tensor Frames, long[] Tokens) FillCanvas(VideoGenerator generator, GenerationInput request, int? overlap, CancellationToken cancellationToken)
    {
        var options = new CanvasOptions { Decoding = request.Options, ClassName = request.ClassName, OverlapFrames = overlap };
        using var fill = new CanvasFill(generator.Geometry, request.Clip!, request.KnownPixels!, options);
        var tokens = new List<long>();
        while (!fill.IsDone)
        {
            using var scope = NewDisposeScope();
            var window = $"window {fill.Done + 1}/{fill.Windows.Count}";
            var made = generator.Generate(fill.Next(), step => Console.Write($"\r{window}, step {step.Step}/{step.Steps} "), cancellationToken);
            tokens.AddRange(made);
            fill.Put(generator.ToFrames(made));
        }

        return (fill.ToFrames(), [.. tokens]);
    }

    private static async Task<ContentHash> HashAsync(FileInfo file, CancellationToken cancellationToken)
    {
        await using var stream = file.OpenRead();
        return ContentHash.Parse(Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(stream, cancellationToken)));
    }
}
