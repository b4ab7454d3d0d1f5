namespace Magvit.Infrastructure.Media;

/// <summary>A media file could not be read or written; the message says why, in words for the person who chose the file.</summary>
public sealed class MediaException : Exception
{
    public MediaException(string message) : base(message)
    {
    }

    public MediaException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
