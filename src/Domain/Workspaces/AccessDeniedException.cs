namespace Magvit.Domain.Workspaces;

/// <summary>The actor may not do this; the message is for the user.</summary>
public sealed class AccessDeniedException : Exception
{
    /// <summary>Creates the exception without a message of its own.</summary>
    public AccessDeniedException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing.</param>
    public AccessDeniedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing.</param>
    /// <param name="innerException">What was thrown below.</param>
    public AccessDeniedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
