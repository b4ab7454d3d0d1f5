using System.Globalization;
using Magvit.Domain.Generation;

namespace Magvit.Web.Studio.Extend;

/// <summary>How long and how large the result of a draft is to be, and what is given; the part of <see cref="StudioDraft"/> for more than one window of the model.</summary>
public sealed record DraftSize
{
    /// <summary>The model's own clip, from one given frame.</summary>
    public static DraftSize Default { get; } = new();

    public int? GivenFrames { get; init; }

    public int? Frames { get; init; }

    public int? Overlap { get; init; }

    public GenerationCanvas? Canvas { get; init; }

    public int? TopK { get; init; }

    public double? TopP { get; init; }

    public static DraftSize Of(Recipe recipe) => new()
    {
        GivenFrames = recipe.GivenFrames,
        Frames = recipe.Frames,
        Overlap = recipe.Overlap,
        Canvas = recipe.Canvas,
        TopK = recipe.TopK,
        TopP = recipe.TopP,
    };

    public static DraftSize Of(GenerationRequest request) => new()
    {
        GivenFrames = request.GivenFrames,
        Frames = request.Frames,
        Overlap = request.Overlap,
        Canvas = request.Canvas,
        TopK = request.TopK,
        TopP = request.TopP,
    };

    /// <summary>Reads the values of an address; what makes no sense is left out.</summary>
    public static DraftSize FromQuery(Func<string, string?> text)
    {
        return new DraftSize
        {
            GivenFrames = Integer("given"),
            Frames = Integer("frames"),
            Overlap = Integer("overlap"),
            Canvas = CanvasText.Parse(text("canvas")),
            TopK = Integer("topk"),
            TopP = double.TryParse(text("topp"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) ? share : null,
        };

        int? Integer(string name) => int.TryParse(text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>Writes the values into an address.</summary>
    public void AddTo(Action<string, string?, bool> add)
    {
        Number("given", GivenFrames);
        Number("frames", Frames);
        Number("overlap", Overlap);
        add("canvas", Canvas is null ? null : CanvasText.Of(Canvas), Canvas is not null);
        Number("topk", TopK);
        Number("topp", TopP);

        void Number(string name, IFormattable? value) => add(name, value?.ToString(null, CultureInfo.InvariantCulture), value is not null);
    }

    /// <summary>A request of this size.</summary>
    public GenerationRequest Over(GenerationRequest request) => request with
    {
        GivenFrames = GivenFrames,
        Frames = Frames,
        Overlap = Overlap,
        Canvas = Canvas,
        TopK = TopK,
        TopP = TopP,
    };

    /// <summary>The size without what belongs to one clip and task; what belongs to the way of drawing stays.</summary>
    public DraftSize WithoutPlan() => new() { TopK = TopK, TopP = TopP };
}
