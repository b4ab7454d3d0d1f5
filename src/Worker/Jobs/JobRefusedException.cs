namespace Magvit.Worker.Jobs;

/// <summary>A job that can never succeed; the message goes to its user.</summary>
internal sealed class JobRefusedException(string message) : Exception(message);
