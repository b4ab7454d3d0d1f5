using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>An error raised by libtorch; the message starts with the operator's name.</summary>
public sealed class TorchException : ExternalException
{
    public TorchException()
    {
    }

    public TorchException(string message) : base(message)
    {
    }

    public TorchException(string message, Exception inner) : base(message, inner)
    {
    }
}
