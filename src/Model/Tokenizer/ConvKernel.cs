namespace Magvit.Model.Tokenizer;

/// <summary>The size of a convolution's kernel, odd on every axis.</summary>
/// <param name="Frames">k_t, along time; 1 makes the convolution two-dimensional, frame by frame.</param>
/// <param name="Size">k, along height and width.</param>
public readonly record struct ConvKernel(int Frames, int Size)
{
    /// <summary>1x1x1: mixes channels alone.</summary>
    public static ConvKernel Point { get; } = new(1, 1);
}
