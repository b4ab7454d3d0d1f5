using System.CommandLine;
using System.Globalization;
using Magvit.Infrastructure.Media;
using Magvit.Model.Checkpoints;
using Magvit.Model.Metrics;
using Magvit.Model.Tokenizer;
using Magvit.Worker.Generation;

namespace Magvit.Worker.Commands;

/// <summary><c>reconstruct</c>: a clip through the tokenizer and back.</summary>
internal static class ReconstructCommand
{
    private static readonly Option<FileInfo> Input = new("--input") { Description = "A video or image", Required = true };
    private static readonly Option<FileInfo> Output = new("--output") { Description = "The clip to write: .mp4, .webm, .gif or .png", Required = true };
    private static readonly Option<DirectoryInfo> ModelDirectory = new("--model") { Description = "Model folder", DefaultValueFactory = _ => new DirectoryInfo("models/demo-64") };

    public static Command Create()
    {
        var command = new Command("reconstruct", "Send a clip through the tokenizer and back") { Input, Output, ModelDirectory };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(arguments.GetValue(ModelDirectory)!.FullName, "tokenizer");
        var config = ModelManifest.Read(folder).Tokenizer ?? throw new InvalidDataException($"{folder}: not a tokenizer");
        using var tokenizer = new VideoTokenizer(config);
        ModelFolder.ReadWeights(folder, tokenizer);
        tokenizer.Freeze(ComputeDevice.Precision, ComputeDevice.Device);
        var frames = await VideoReader.ReadFramesAsync(
            arguments.GetValue(Input)!.FullName, 0, config.Frames, 1, config.Width, config.Height, FitMode.CentreCrop, cancellationToken);
        using var clip = FrameTensors.ToClip(frames);
        using var tokens = tokenizer.Encode(clip);
        using var reconstruction = tokenizer.Decode(tokens);
        await ClipWriter.WriteAsync(FrameTensors.ToVideoFrames(reconstruction, frames.FrameRateHz), arguments.GetValue(Output)!.FullName, null, cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"PSNR {Psnr.Compute(reconstruction, clip):f2} dB in {tokens.numel()} tokens"));
        return 0;
    }
}
