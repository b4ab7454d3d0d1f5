using Magvit.LoadBench.Hosts;

namespace Magvit.LoadBench;

internal static class Program
{
    public static async Task<int> Main(string[] arguments)
        => arguments is [EmptyWeb.Argument, var address] ? await EmptyWeb.RunAsync(address) : await LoadCommand.RunAsync(arguments);
}
