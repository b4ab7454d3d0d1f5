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
    public static void ThrowIfNotFinite(double loss, int step, string what = "the loss")
    {
        if (!double.IsFinite(loss))
        {
            throw new NonFiniteLossException(
                $"{what} is {loss} at step {step}: training stopped, the last checkpoint stands; try a lower learning rate or float32");
        }
    }

    /// <summary>Throws when a gradient's norm is NaN or infinite; the weights have not moved by it yet.</summary>
    public static void ThrowIfGradientNotFinite(double norm, int step, string what = "the gradient") => ThrowIfNotFinite(norm, step, what);
}
