using Microsoft.Extensions.Logging;

namespace Magvit.Infrastructure.Examples;

internal static partial class ExampleLog
{
    [LoggerMessage(2300, LogLevel.Information, "{Count} example clips are in workspace {WorkspaceId} now")]
    public static partial void ExamplesAdded(this ILogger logger, int count, Guid workspaceId);

    [LoggerMessage(2301, LogLevel.Warning, "The example {File} is left out")]
    public static partial void ExampleLeftOut(this ILogger logger, Exception exception, string file);

    [LoggerMessage(2302, LogLevel.Warning, "Examples could not be added; the next try is in {Interval}")]
    public static partial void SeedingFailed(this ILogger logger, Exception exception, TimeSpan interval);
}
