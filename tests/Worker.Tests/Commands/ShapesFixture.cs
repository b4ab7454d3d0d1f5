using Magvit.Testing;
using Magvit.Worker.Commands;
using Xunit;

namespace Magvit.Worker.Tests.Commands;

/// <summary>A data set of moving shapes and a tokenizer and a transformer trained on it for a few steps, shared by the tests of the commands.</summary>
public sealed class ShapesFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-shapes-").FullName;

    public string Data => PathOf("data");

    /// <summary>The run of the tokenizer: <c>tokenizer/model</c> is a model of its own.</summary>
    public string TokenizerRun => PathOf("tokenizer");

    public string TransformerRun => PathOf("transformer");

    public string PathOf(string name) => Path.Combine(_folder, name);

    public async ValueTask InitializeAsync()
    {
        await MovingShapes.WriteAsync(Data, clipsPerClass: 4);
        await SucceedAsync(["train", "tokenizer", .. Brief(TokenizerRun, sampleEvery: 20)]);
        await SucceedAsync(["train", "transformer", .. Brief(TransformerRun, sampleEvery: 20), "--tokenizer", Path.Combine(TokenizerRun, "model")]);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The options of a run of seconds.</summary>
    public string[] Brief(string run, int steps = 40, int sampleEvery = 0) =>
    [
        "--data", Data, "--out", run, "--preset", "tiny-32", "--steps", $"{steps}", "--batch", "4", "--lr", "3e-3", "--warmup", "5", "--fp32",
        "--evaluate-every", "20", "--sample-every", $"{sampleEvery}",
    ];

    /// <summary>Runs a command that must do what it is asked, and returns what it said.</summary>
    public static async Task<string> SucceedAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)} ended with {code}: {error}");
        return output;
    }

    /// <summary>Runs a command that must refuse with one sentence, and returns that.</summary>
    public static async Task<string> RefuseAsync(params string[] arguments)
    {
        var (code, _, error) = await RunAsync(arguments);
        Assert.Equal(2, code);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        return error;
    }

    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, TextWriter.Synchronized(output), TextWriter.Synchronized(error), CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
