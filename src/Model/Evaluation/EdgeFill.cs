using static TorchSharp.torch;

namespace Magvit.Model.Evaluation;

/// <summary>
/// Fills unknown pixels from the known ones of their own frame: each is the mean of the nearest known pixels to the left, right, above and below, the nearer
/// the heavier. The honest baseline of in- and outpainting.
/// </summary>
public sealed class EdgeFill
{
    private static readonly (int Row, int Column)[] Directions = [(0, -1), (0, 1), (-1, 0), (1, 0)];

    private readonly long[] _shape;
    private readonly List<Pass> _passes = [];

    /// <summary>A fill for one mask.</summary>
    /// <param name="knownPixels">bool [T, H, W]; a frame of which nothing is known stays black.</param>
    public EdgeFill(Tensor knownPixels)
    {
        ArgumentNullException.ThrowIfNull(knownPixels);
        _shape = knownPixels.shape;
        var (height, width) = ((int)_shape[1], (int)_shape[2]);
        var known = knownPixels.cpu().data<bool>().ToArray();

        // A pixel that sees nothing known in any direction (the corners of an outpainting) takes from what the pass before has filled.
        for (var isDone = false; !isDone;)
        {
            var pass = new Pass();
            for (var i = 0; i < known.Length; i++)
            {
                if (!known[i] && Sources(known, i, height, width) is { Count: > 0 } sources)
                {
                    pass.Add(i, sources);
                }
            }

            pass.Targets.ForEach(i => known[i] = true);
            isDone = pass.Targets.Count == 0;
            if (!isDone)
            {
                _passes.Add(pass);
            }
        }

        KnownPixels = knownPixels.clone().DetachFromDisposeScope();
    }

    private Tensor KnownPixels { get; }

    /// <summary>Clips [B, 3, T, H, W] with every unknown pixel replaced, float32 on the CPU.</summary>
    /// <exception cref="ArgumentException">The clips are not of the mask's size.</exception>
    public Tensor Apply(Tensor clips)
    {
        ArgumentNullException.ThrowIfNull(clips);
        if (clips.ndim != 5 || !clips.shape.Skip(2).SequenceEqual(_shape))
        {
            throw new ArgumentException($"clips: expected [B, 3, {string.Join(", ", _shape)}], got [{string.Join(", ", clips.shape)}]", nameof(clips));
        }

        using var scope = NewDisposeScope();
        var pixels = (clips.cpu() * KnownPixels.cpu().to(float32)).flatten(2);                             // [B, 3, T*H*W], black where unknown
        foreach (var pass in _passes)
        {
            var filled = zeros([pixels.size(0), pixels.size(1), pass.Targets.Count]);
            for (var direction = 0; direction < Directions.Length; direction++)
            {
                filled = filled + pixels.index_select(2, tensor(pass.Sources[direction].ToArray())) * tensor(pass.Weights[direction].ToArray());
            }

            pixels = pixels.index_add_(2, tensor(pass.Targets.ConvertAll(t => (long)t).ToArray()), filled, 1);
        }

        return pixels.view(clips.shape).MoveToOuterDisposeScope();
    }

    private static List<(int Direction, int Index, double Weight)> Sources(bool[] known, int target, int height, int width)
    {
        var sources = new List<(int Direction, int Index, double Weight)>();
        var (row, column) = (target / width % height, target % width);
        for (var direction = 0; direction < Directions.Length; direction++)
        {
            var (down, right) = Directions[direction];
            for (var distance = 1; ; distance++)
            {
                var (y, x) = (row + down * distance, column + right * distance);
                if (y < 0 || y >= height || x < 0 || x >= width)
                {
                    break;
                }

                var index = target + (down * width + right) * distance;
                if (known[index])
                {
                    sources.Add((direction, index, 1.0 / distance));
                    break;
                }
            }
        }

        return sources;
    }

    // Pixels that can be filled at once, and for each direction the pixel taken from and its share (0 where there is none).
    private sealed class Pass
    {
        public List<int> Targets { get; } = [];

        public List<long>[] Sources { get; } = [.. Directions.Select(_ => new List<long>())];

        public List<float>[] Weights { get; } = [.. Directions.Select(_ => new List<float>())];

        public void Add(int target, List<(int Direction, int Index, double Weight)> sources)
        {
            Targets.Add(target);
            var total = sources.Sum(s => s.Weight);
            for (var direction = 0; direction < Directions.Length; direction++)
            {
                var source = sources.Find(s => s.Direction == direction);
                Sources[direction].Add(source.Weight > 0 ? source.Index : target);
                Weights[direction].Add((float)(source.Weight / total));
            }
        }
    }
}
