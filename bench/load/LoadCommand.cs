using System.CommandLine;

namespace Magvit.LoadBench;

/// <summary>The command line: <c>./magvit bench platform</c>.</summary>
internal static class LoadCommand
{
    private static readonly LoadOptions Defaults = new();

    private static readonly Option<int> Gallery = Number("--gallery", "Gallery items of the large workspace", Defaults.GalleryItems);
    private static readonly Option<int> Queue = Number("--queue", "Finished jobs in the queue's table", Defaults.FinishedJobs);
    private static readonly Option<int> Waiting = Number("--waiting", "Jobs that wait besides", Defaults.WaitingJobs);
    private static readonly Option<int> Tabs = Number("--tabs", "Open tabs that follow one job", Defaults.Tabs);
    private static readonly Option<int> Upload = Number("--upload", "Size of the uploaded file in MiB", Defaults.UploadMebibytes);
    private static readonly Option<int> Turns = Number("--turns", "Gallery pages of each kind that count", Defaults.Turns);
    private static readonly Option<FileInfo?> Json = new("--json") { Description = "Also write the figures as JSON to this file" };
    private static readonly Option<string[]> Only = new("--only")
    {
        Description = $"Only these areas: {string.Join(", ", LoadBenchmark.Areas)}",
        AllowMultipleArgumentsPerToken = true,
    };

    public static async Task<int> RunAsync(string[] arguments)
    {
        var root = new RootCommand("Measures the platform under load: its own database, real hosts, every figure beside a baseline of the same run.")
        {
            Gallery, Queue, Waiting, Tabs, Upload, Turns, Json, Only,
        };
        Only.AcceptOnlyFromAmong([.. LoadBenchmark.Areas]);
        root.SetAction(RunAsync);
        try
        {
            return await root.Parse(arguments).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("cancelled");
            return 130;
        }
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var options = new LoadOptions
        {
            GalleryItems = arguments.GetValue(Gallery),
            FinishedJobs = arguments.GetValue(Queue),
            WaitingJobs = arguments.GetValue(Waiting),
            Tabs = arguments.GetValue(Tabs),
            UploadMebibytes = arguments.GetValue(Upload),
            Turns = arguments.GetValue(Turns),
            Areas = arguments.GetValue(Only) is { Length: > 0 } only ? only : LoadBenchmark.Areas,
        };
        var report = await LoadBenchmark.RunAsync(options, Console.Error.WriteLine, cancellationToken);
        foreach (var line in LoadTable.Lines(report))
        {
            Console.WriteLine(line);
        }

        if (arguments.GetValue(Json) is { } file)
        {
            await File.WriteAllTextAsync(file.FullName, report.ToJson() + "\n", cancellationToken);
        }

        return 0;
    }

    private static Option<int> Number(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"{name}: expected a number from 1");
            }
        });
        return option;
    }
}
