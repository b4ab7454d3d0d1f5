using Magvit.Domain.Assets;
using Magvit.Domain.Decoding;
using Magvit.Domain.Models;

namespace Magvit.Domain.Tests.Decoding;

/// <summary>Histories of made-up clips.</summary>
internal static class Histories
{
    /// <summary>Three steps on a grid of 2x3x4; the first two cells are given, cell i is accepted in step 1 + i mod 3 and is the surer the later it comes.</summary>
    public static DecodingHistory Small(int highestToken = 999)
    {
        var grid = new TokenGrid(2, 3, 4);
        bool[] isGiven = [.. Enumerable.Range(0, grid.Count).Select(cell => cell < 2)];
        var tokens = new int[grid.Count];
        var steps = new List<DecodedStep>();
        for (var step = 1; step <= 3; step++)
        {
            var now = step;
            tokens = [.. tokens.Select((token, cell) => steps.Count > 0 && IsDecided(cell, now - 1) ? token : (highestToken - (cell * 7 % 100) - now))];
            steps.Add(new DecodedStep(
                step, tokens, [.. Enumerable.Range(0, grid.Count).Select(cell => cell / 32f)], [.. Enumerable.Range(0, grid.Count).Select(cell => IsDecided(cell, now))],
                step == 2 ? ContentHash.Of("preview"u8) : null));
        }

        return new DecodingHistory { ModelHash = new string('a', 64), TokenizerHash = new string('b', 64), Grid = grid, StepCount = 3, IsGiven = isGiven, Steps = steps };
    }

    private static bool IsDecided(int cell, int step) => cell < 2 || step == 3 || cell % 3 < step;
}
