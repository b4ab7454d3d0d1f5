namespace Magvit.Domain.Jobs;

/// <summary>A job was asked for a change that its state does not allow; the job is as it was.</summary>
public sealed class InvalidJobTransitionException : InvalidOperationException
{
    /// <summary>Creates the exception without a message of its own.</summary>
    public InvalidJobTransitionException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was asked in which state.</param>
    public InvalidJobTransitionException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was asked in which state.</param>
    /// <param name="innerException">What was thrown below.</param>
    public InvalidJobTransitionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
