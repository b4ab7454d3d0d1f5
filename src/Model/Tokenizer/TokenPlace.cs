using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>Tells convolutions, to which all tokens are alike, where in its block a token lies.</summary>
internal static class TokenPlace
{
    /// <summary>The vectors of the places of a block: [C, t, h, w], zero at first.</summary>
    public static Parameter Create(long channels, TokenBlock block) => new(zeros([channels, block.Frames, block.Rows, block.Columns]));

    /// <summary>The vectors of the places of a block, repeated over a grid.</summary>
    /// <param name="places">[C, t, h, w].</param>
    /// <param name="grid">[B, C, T, H, W].</param>
    /// <returns>[C, T, H, W] of the grid's type.</returns>
    public static Tensor Tile(Tensor places, Tensor grid) =>
        places.to(grid.dtype).repeat(1, grid.size(2) / places.size(1), grid.size(3) / places.size(2), grid.size(4) / places.size(3));
}
