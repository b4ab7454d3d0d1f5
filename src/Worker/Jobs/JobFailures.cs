using Magvit.Infrastructure.Media;

namespace Magvit.Worker.Jobs;

/// <summary>What to tell the user of a failed job, and whether trying again could help.</summary>
internal static class JobFailures
{
    public static (string Reason, bool IsPermanent) Describe(Exception exception) => exception switch
    {
        JobRefusedException or MediaException or InvalidDataException or ArgumentException => (exception.Message, true),
        OutOfMemoryException => ("The worker ran out of memory. Ask for fewer samples at once.", false),
        _ => ($"The worker failed: {exception.Message}", false),
    };
}
