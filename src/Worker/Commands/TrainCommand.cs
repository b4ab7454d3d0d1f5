using System.CommandLine;

namespace Magvit.Worker.Commands;

/// <summary><c>train tokenizer|transformer</c>: trains a network on a data set of videos.</summary>
internal static class TrainCommand
{
    public static Command Create() => new("train", "Train a network; run the same command again to resume")
    {
        TrainTokenizerCommand.Create(),
        TrainTransformerCommand.Create(),
    };
}
