using System.CommandLine;
using System.Globalization;
using Magvit.Worker.Models;
using static TorchSharp.torch;

namespace Magvit.Worker.Commands;

/// <summary><c>convert checkpoint|model|weights</c>: training runs and networks into models, published weights into our files.</summary>
internal static class ConvertCommand
{
    private static readonly Option<DirectoryInfo> Run = new("--run") { Description = "Folder of a training run, finished or not", Required = true, HelpName = "RUN" };
    private static readonly Option<DirectoryInfo> Out = new("--out") { Description = "Folder to write", Required = true, HelpName = "DIR" };
    private static readonly Option<string> Weights = new("--weights") { Description = "ema, the averaged weights, or raw, those that the optimizer moves", DefaultValueFactory = _ => "ema", HelpName = "ema|raw" };
    private static readonly Option<bool> Float32 = new("--fp32") { Description = "Write float32 instead of float16: twice the size" };
    private static readonly Option<DirectoryInfo> Tokenizer = new("--tokenizer") { Description = "Folder of the tokenizer", Required = true, HelpName = "DIR" };
    private static readonly Option<DirectoryInfo> Transformer = new("--transformer") { Description = "Folder of the transformer that was trained on it", Required = true, HelpName = "DIR" };
    private static readonly Option<DirectoryInfo?> TrainedOn = new("--trained-on") { Description = "The tokenizer that the transformer was trained on, when the one given goes on from it with another decoder (train tokenizer --decoder-of)", HelpName = "DIR" };
    private static readonly Option<string> Precision = new("--precision") { Description = "Type of weights on disk: keep, fp16 or fp32. A tokenizer that is rounded anew may choose another token now and then", DefaultValueFactory = _ => "keep", HelpName = "TYPE" };
    private static readonly Option<string?> Licence = new("--licence") { Description = "Licence of the weights, for the manifests", HelpName = "TEXT" };
    private static readonly Option<double?> SamplingTemperature = new("--sampling-temperature") { Description = "Sampling temperature that suits the model, for generation that names none", HelpName = "T" };
    private static readonly Option<double?> Guidance = new("--guidance") { Description = "Weight of guidance that suits the model for tasks with a class, for generation that names none", HelpName = "W" };
    private static readonly Argument<string> Network = new("network") { Description = "One of " + string.Join(", ", PublishedWeights.Names) };
    private static readonly Option<FileInfo?> From = new("--from") { Description = "The published file: safetensors, or a PyTorch state dict (.pt, .pth). Without it: how to get the file", HelpName = "FILE" };
    private static readonly Option<DirectoryInfo?> WeightsOut = new("--out") { Description = "Folder of weights to write into, for --perceptual-weights or MAGVIT_WEIGHTS", HelpName = "DIR" };

    public static Command Create()
    {
        var checkpoint = new Command("checkpoint", "Write the weights of a run's checkpoint as a network's folder") { Run, Out, Weights, Float32 };
        checkpoint.SetAction(arguments =>
        {
            var isAveraged = arguments.GetValue(Weights) switch
            {
                "ema" => true,
                "raw" => false,
                var other => throw new ArgumentException($"no weights {other}; there are ema and raw"),
            };
            var step = ModelConversion.FromCheckpoint(
                arguments.GetValue(Run)!.FullName, arguments.GetValue(Out)!.FullName, isAveraged, arguments.GetValue(Float32) ? float32 : float16);
            arguments.InvocationConfiguration.Output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{arguments.GetValue(Out)}: {arguments.GetValue(Weights)} weights of step {step}"));
        });

        var model = new Command("model", "Put a tokenizer and its transformer into one model's folder") { Tokenizer, Transformer, TrainedOn, Out, Precision, Licence, SamplingTemperature, Guidance };
        model.SetAction(arguments =>
        {
            ScalarType? type = arguments.GetValue(Precision) switch
            {
                "keep" => null,
                "fp16" => float16,
                "fp32" => float32,
                var other => throw new ArgumentException($"no precision {other}; there are keep, fp16, fp32"),
            };
            ModelConversion.Merge(
                arguments.GetValue(Tokenizer)!.FullName, arguments.GetValue(Transformer)!.FullName, arguments.GetValue(TrainedOn)?.FullName,
                arguments.GetValue(Out)!.FullName, type,
                manifest => manifest with
                {
                    Licence = arguments.GetValue(Licence) ?? manifest.Licence,
                    SamplingTemperature = arguments.GetValue(SamplingTemperature) ?? manifest.SamplingTemperature,
                    Guidance = arguments.GetValue(Guidance) ?? manifest.Guidance,
                });
            ParameterTables.WriteFolder(arguments.GetValue(Out)!.FullName, arguments.InvocationConfiguration.Output);
        });

        var weights = new Command("weights", "Bring published weights of a metric's network into the file that we read") { Network, From, WeightsOut };
        weights.SetAction(arguments => PublishedWeights.Convert(
            arguments.GetValue(Network)!, arguments.GetValue(From)?.FullName, arguments.GetValue(WeightsOut)?.FullName, arguments.InvocationConfiguration.Output));
        return new Command("convert", "Make models of training runs and networks, and bring published weights in") { checkpoint, model, weights };
    }
}
