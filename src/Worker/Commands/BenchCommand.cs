using System.CommandLine;
using Magvit.Model;
using Magvit.Worker.Benchmarks;

namespace Magvit.Worker.Commands;

/// <summary><c>bench</c>: how fast the networks are here, beside the same networks in PyTorch.</summary>
internal static class BenchCommand
{
    private static readonly Option<string[]> Presets = new("--preset") { Description = "Networks to measure, one or more", DefaultValueFactory = _ => ["demo-64"], AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int[]> Batches = new("--batch") { Description = "Clips at a time, one or more", DefaultValueFactory = _ => [1, 4], AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string> Precision = new("--precision") { Description = "float32, bfloat16 or both", DefaultValueFactory = _ => "both" };
    private static readonly Option<BenchKind[]> Only = new("--only") { Description = "What to measure, one or more; everything unless said", DefaultValueFactory = _ => Enum.GetValues<BenchKind>(), AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int> Turns = new("--turns") { Description = "Turns of each side that count", DefaultValueFactory = _ => 5 };
    private static readonly Option<string> Json = new("--json") { Description = "Write the figures as JSON to this file, or instead of the table", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "" };
    private static readonly Option<string> Python = new("--python") { Description = "A Python that has torch, for the comparison", DefaultValueFactory = _ => "/usr/bin/python3" };
    private static readonly Option<string> Partner = new("--partner") { Description = "The partner's script", DefaultValueFactory = _ => PytorchPartner.DefaultScript };
    private static readonly Option<bool> Compile = new("--compile") { Description = "Compare with torch.compile instead of eager PyTorch" };
    private static readonly Option<bool> Whole = new("--whole") { Description = "Compare with PyTorch's networks cast to bfloat16 as a whole, instead of under autocast" };

    public static Command Create()
    {
        var command = new Command("bench", "Measure the networks side by side with PyTorch") { Presets, Batches, Precision, Only, Turns, Json, Python, Partner, Compile, Whole };
        command.SetAction((arguments, cancellationToken) => Task.FromResult(Run(arguments, cancellationToken)));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        var presets = arguments.GetValue(Presets)!.Select(ModelPreset.Named).ToList();
        bool[] precisions = arguments.GetValue(Precision) switch
        {
            "float32" => [false],
            "bfloat16" => [true],
            "both" => [true, false],
            var other => throw new ArgumentException($"--precision: expected float32, bfloat16 or both, got '{other}'"),
        };
        var batches = arguments.GetValue(Batches)!;
        if (batches.Any(b => b < 1) || arguments.GetValue(Turns) < 1)
        {
            throw new ArgumentException("--batch and --turns: expected numbers from 1");
        }

        var jsonOnly = arguments.GetResult(Json) is { Implicit: false } && string.IsNullOrEmpty(arguments.GetValue(Json));
        var (partner, reason) = PytorchPartner.TryStart(
            arguments.GetValue(Python)!, Path.GetFullPath(arguments.GetValue(Partner)!), arguments.GetValue(Compile), arguments.GetValue(Whole));
        using (partner)
        {
            var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
            if (reason is not null)
            {
                error.WriteLine($"Without PyTorch to compare with: {reason}");
            }

            if (!jsonOnly)
            {
                output.WriteLine(BenchTable.Header);
            }

            var report = new Benchmark(partner, arguments.GetValue(Turns), line => (jsonOnly ? error : output).WriteLine(line))
                .Run(presets, arguments.GetValue(Only)!, batches, precisions, cancellationToken);
            Write(report, jsonOnly, arguments.GetValue(Json), output);
        }

        return 0;
    }

    private static void Write(BenchReport report, bool jsonOnly, string? file, TextWriter output)
    {
        if (jsonOnly)
        {
            output.WriteLine(report.ToJson());
            return;
        }

        foreach (var line in BenchTable.Summary(report))
        {
            output.WriteLine(line);
        }

        if (!string.IsNullOrEmpty(file))
        {
            File.WriteAllText(file, report.ToJson() + "\n");
        }
    }
}
