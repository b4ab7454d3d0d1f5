using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Magvit.Domain.Assets;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Model.Masking;
using Magvit.Worker.Generation;

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
    private static readonly Option<double> Guidance = new("--guidance") { Description = "Weight of classifier-free guidance; 0 is none" };
    private static readonly Option<string> Schedule = new("--schedule") { Description = "Mask schedule: cosine, uniform or exp", DefaultValueFactory = _ => "cosine" };
    private static readonly Option<int> Start = new("--start") { Description = "First frame taken from the input" };
    private static readonly Option<int> Stride = new("--stride") { Description = "Take every n-th frame of the input", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Keep = new("--keep-input") { Description = "Put the known pixels back exactly" };

    public static Command Create()
    {
        var command = new Command("generate", "Generate one clip")
            { TaskName, Input, Output, Mask, ClassName, ModelDirectory, Seed, Steps, Temperature, SamplingTemperature, Guidance, Schedule, Start, Stride, Keep };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var task = GenerationTasks.Parse(arguments.GetValue(TaskName)!);
        var total = Stopwatch.StartNew();
        using var generator = VideoGenerator.Load(arguments.GetValue(ModelDirectory)!.FullName, ComputeDevice.Precision, ComputeDevice.Device);
        var options = new DecodingOptions
        {
            Seed = arguments.GetValue(Seed),
            Steps = arguments.GetValue(Steps),
            ChoiceTemperature = arguments.GetValue(Temperature),
            SamplingTemperature = arguments.GetValue(SamplingTemperature),
            Guidance = arguments.GetValue(Guidance),
            Schedule = MaskSchedules.Parse(arguments.GetValue(Schedule)!),
        };
        var footage = await ClipInput.ReadAsync(task, arguments.GetValue(Input)?.FullName, arguments.GetValue(Mask)?.FullName,
            arguments.GetValue(Start), arguments.GetValue(Stride), generator.Geometry, cancellationToken);
        foreach (var note in footage.Notes)
        {
            Console.WriteLine(note);
        }

        var request = new GenerationInput(task, footage.Clip, footage.KnownPixels, arguments.GetValue(ClassName), options, arguments.GetValue(Keep));
        var computing = Stopwatch.StartNew();
        var tokens = generator.Generate(request, step => Console.Write($"\rstep {step.Step}/{step.Steps}"), cancellationToken);
        using var frames = generator.ToFrames(tokens, request);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\rcomputed in {computing.Elapsed.TotalSeconds:f2} s ({generator.Geometry.Frames / computing.Elapsed.TotalSeconds:f1} frames/s)"));

        var input = arguments.GetValue(Input) is { } file && task.NeedsInput()
            ? new Domain.Generation.RecipeInput(await HashAsync(file, cancellationToken), arguments.GetValue(Start), arguments.GetValue(Stride))
            : null;
        var recipe = RecipeFactory.Create(generator, arguments.GetValue(ModelDirectory)!.Name, request, tokens, input, null, DateTimeOffset.UtcNow);
        await ClipWriter.WriteAsync(FrameTensors.ToVideoFrames(frames, footage.FrameRateHz), arguments.GetValue(Output)!.FullName, recipe.ToJson(), cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{arguments.GetValue(Output)}: {task.Name()}, seed {options.Seed}, tokens {recipe.TokensHash[..12]}, {total.Elapsed.TotalSeconds:f1} s in all"));
        return 0;
    }

    private static async Task<ContentHash> HashAsync(FileInfo file, CancellationToken cancellationToken)
    {
        await using var stream = file.OpenRead();
        return ContentHash.Parse(Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(stream, cancellationToken)));
    }
}
