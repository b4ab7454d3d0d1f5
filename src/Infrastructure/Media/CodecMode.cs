namespace Magvit.Infrastructure.Media;

/// <summary>How the yardstick codec is tuned and which of its bytes count.</summary>
public enum CodecMode
{
    /// <summary>As x265 is tuned by default, for the eye; every byte of the stream counts.</summary>
    WholeStream,

    /// <summary>Tuned for PSNR, and only the bytes of pictures count: parameter sets could be agreed on beforehand, as a tokenizer's weights are. The stricter yardstick.</summary>
    PicturesAlone,
}
