namespace Magvit.Domain.Assets;

/// <summary>A file cannot be used; the message is for the user and says what is wrong and what to do.</summary>
public sealed class MediaImportException : Exception
{
    /// <summary>Creates the exception without a message of its own.</summary>
    public MediaImportException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do, in a sentence or two.</param>
    public MediaImportException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do, in a sentence or two.</param>
    /// <param name="innerException">What was thrown below.</param>
    public MediaImportException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
