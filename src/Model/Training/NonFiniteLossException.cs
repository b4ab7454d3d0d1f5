namespace Magvit.Model.Training;

/// <summary>Training stopped because the loss is no number; the checkpoint before it stands.</summary>
public sealed class NonFiniteLossException : Exception
{
    /// <summary>An exception without a message.</summary>
    public NonFiniteLossException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public NonFiniteLossException(string message) : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    public NonFiniteLossException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Throws when the loss is NaN or infinite.</summary>
    public static void ThrowIfNotFinite(double loss, int step)
    {
        if (!double.IsFinite(loss))
        {
            throw new NonFiniteLossException(
                $"the loss is {loss} at step {step}: training stopped, the last checkpoint stands; try a lower learning rate or float32");
        }
    }
}
