using System.Globalization;
using Magvit.Domain.Generation;
using Magvit.Domain.Models;
using Magvit.Domain.Presets;
using Magvit.Web.Studio.Extend;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Magvit.Web.Studio;

/// <summary>What is set up in the Studio. It lives in the address, so that reload, restart of the server, link and Remix all bring it back.</summary>
public sealed record StudioDraft
{
    public GenerationTask Task { get; init; } = GenerationTask.FramePrediction;

    public Guid? Input { get; init; }

    /// <summary>The mask that was drawn, for <see cref="GenerationTask.CustomMask"/>; it is stored when Generate is pressed.</summary>
    public Guid? Mask { get; init; }

    public int Start { get; init; }

    public int Stride { get; init; } = 1;

    public string? Model { get; init; }

    public string? ClassName { get; init; }

    public long? Seed { get; init; }

    /// <summary>Whether Generate keeps the seed; otherwise it takes a new one each time.</summary>
    public bool SeedLocked { get; init; }

    public int Steps { get; init; } = 12;

    public int Samples { get; init; } = 1;

    public double Temperature { get; init; } = 4.5;

    public string Schedule { get; init; } = GenerationSchedules.Cosine;

    /// <summary>The weight of guidance; <see langword="null"/>: as suits model and task.</summary>
    public double? Guidance { get; init; }

    /// <summary>Whether known pixels are put back; <see langword="null"/>: as the task has it.</summary>
    public bool? KeepInput { get; init; }

    /// <summary>Whether known pixels are put back.</summary>
    public bool KeepsInput => KeepInput ?? GenerationTaskCatalog.Get(Task).KeepsInput;

    /// <summary>Length and canvas, when they are not the model's.</summary>
    public DraftSize Size { get; init; } = DraftSize.Default;

    /// <summary>A frame of another clip that the editor shall take over; it leaves the address when that is done.</summary>
    public FrameUse? Use { get; init; }

    /// <summary>The job whose progress and result are shown.</summary>
    public Guid? Job { get; init; }

    /// <summary>The draft on the server that is gone on with; <see langword="null"/>: the one of this browser.</summary>
    public Guid? DraftId { get; init; }

    /// <summary>Reads an address. What is missing or makes no sense gets its default: validation speaks before Generate.</summary>
    public static StudioDraft FromUrl(string url) => FromQuery(new Uri(url).Query);

    /// <summary>Reads the query of an address, with or without the path before it.</summary>
    public static StudioDraft FromQuery(string? text)
    {
        var query = QueryHelpers.ParseQuery(text?[(text.IndexOf('?', StringComparison.Ordinal) + 1)..]);
        var defaults = new StudioDraft();
        return new StudioDraft
        {
            Task = GenerationTaskCatalog.TryParse(Text("task"), out var info) ? info.Task : defaults.Task,
            Input = Guid.TryParse(Text("input"), out var input) ? input : null,
            Mask = Guid.TryParse(Text("mask"), out var mask) ? mask : null,
            Start = Integer("start", 0),
            Stride = Math.Max(1, Integer("stride", 1)),
            Model = Text("model"),
            ClassName = Text("class"),
            Seed = long.TryParse(Text("seed"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : null,
            SeedLocked = Text("lock") == "1",
            Steps = Integer("steps", defaults.Steps),
            Samples = Integer("samples", defaults.Samples),
            Temperature = Number("temperature", defaults.Temperature),
            Schedule = Text("schedule") ?? defaults.Schedule,
            Guidance = OptionalNumber("guidance"),
            KeepInput = Text("keep") switch { "1" => true, "0" => false, _ => null },
            Size = DraftSize.FromQuery(Text),
            Use = FrameUse.FromQuery(Text),
            Job = Guid.TryParse(Text("job"), out var job) ? job : null,
            DraftId = Guid.TryParse(Text("draft"), out var draft) ? draft : null,
        };

        string? Text(string name) => query.TryGetValue(name, out StringValues value) && value is [{ Length: > 0 } text, ..] ? text : null;

        int Integer(string name, int otherwise) =>
            int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

        double Number(string name, double otherwise) => OptionalNumber(name) ?? otherwise;

        double? OptionalNumber(string name) =>
            double.TryParse(Text(name), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? number
                : null;
    }

    /// <summary>The draft that would make a result again: Remix.</summary>
    /// <param name="recipe">What made the result.</param>
    /// <param name="input">The asset that is the recipe's input, if it still exists.</param>
    /// <param name="mask">The asset that is the recipe's mask, if it has one that still exists.</param>
    public static StudioDraft Of(Recipe recipe, Guid? input, Guid? mask) => new()
    {
        Task = recipe.Task,
        Input = input,
        Mask = mask,
        Start = recipe.Input?.Start ?? 0,
        Stride = recipe.Input?.Stride ?? 1,
        Model = recipe.Model.Name,
        ClassName = recipe.ClassName,
        Seed = recipe.Seed,
        SeedLocked = true,
        Steps = recipe.Steps,
        Temperature = recipe.Temperature,
        Schedule = recipe.Schedule,
        Guidance = recipe.Guidance,
        KeepInput = recipe.KeepInput,
        Size = DraftSize.Of(recipe),
    };

    /// <summary>The draft that submitted a request, with its job on the canvas.</summary>
    public static StudioDraft Of(GenerationRequest request, Guid job) => new()
    {
        Task = request.Task,
        Input = request.InputAssetId,
        Mask = request.MaskAssetId,
        Start = request.InputStart,
        Stride = request.InputStride,
        Model = request.Model,
        ClassName = request.ClassName,
        Seed = request.Seed,
        Steps = request.Steps,
        Samples = request.Samples,
        Temperature = request.Temperature,
        Schedule = request.Schedule,
        Guidance = request.Guidance,
        KeepInput = request.KeepInput,
        Size = DraftSize.Of(request),
        Job = job,
    };

    /// <summary>The address of this draft; defaults are left out.</summary>
    public string ToUrl() => "/studio" + ToQuery();

    /// <summary>What comes behind the path in the address; empty when everything has its default.</summary>
    public string ToQuery()
    {
        var defaults = new StudioDraft();
        var query = new Dictionary<string, string?>();
        Add("task", GenerationTaskCatalog.Get(Task).Name, Task != defaults.Task);
        Add("input", Input?.ToString(), Input is not null);
        Add("mask", Mask?.ToString(), Mask is not null && Task == GenerationTask.CustomMask);
        Add("start", Text(Start), Start != 0);
        Add("stride", Text(Stride), Stride != 1);
        Add("model", Model, Model is not null);
        Add("class", ClassName, ClassName is not null);
        Add("seed", Seed is { } seed ? Text(seed) : null, Seed is not null);
        Add("lock", "1", SeedLocked);
        Add("steps", Text(Steps), Steps != defaults.Steps);
        Add("samples", Text(Samples), Samples != defaults.Samples);
        Add("temperature", Text(Temperature), Temperature != defaults.Temperature);
        Add("schedule", Schedule, Schedule != defaults.Schedule);
        Add("guidance", Guidance is { } guidance ? Text(guidance) : null, Guidance is not null);
        Add("keep", KeepsInput ? "1" : "0", KeepInput is not null);
        Size.AddTo(Add);
        Use?.AddTo(Add);
        Add("job", Job?.ToString(), Job is not null);
        Add("draft", DraftId?.ToString(), DraftId is not null);
        return QueryHelpers.AddQueryString("", query);

        void Add(string name, string? value, bool isSet)
        {
            if (isSet)
            {
                query[name] = value;
            }
        }

        static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
    }

    /// <summary>This draft with the settings of a preset; what the preset leaves open stays.</summary>
    public StudioDraft With(RunPresetSettings settings) => this with
    {
        Steps = settings.Steps,
        Samples = settings.Samples,
        Temperature = settings.Temperature,
        Schedule = settings.Schedule,
        Guidance = settings.Guidance ?? Guidance,
        KeepInput = settings.KeepInput ?? KeepInput,
        Seed = settings.Seed ?? Seed,
        SeedLocked = settings.Seed is not null || SeedLocked,
        Model = settings.Model ?? Model,
        ClassName = settings.ClassName ?? ClassName,
        Task = settings.Task ?? Task,
        Mask = settings.Task is null ? Mask : settings.Mask,
        Size = settings.Task is null ? Size : Size.WithoutPlan(),
        Job = settings.Task is null ? Job : null,
    };

    /// <summary>The draft with what was planned; what is the model's own is left out of the address.</summary>
    public StudioDraft Planned(ExtendSize size, InstalledModel model)
    {
        var isModelSized = Size.Canvas is null && (size.Width, size.Height) == (model.Width, model.Height);
        return this with
        {
            Size = Size with
            {
                Frames = size.Frames == model.Frames ? null : size.Frames,
                GivenFrames = size.Given == 1 ? null : size.Given,
                Canvas = isModelSized ? null : new GenerationCanvas(size.Width, size.Height, size.Left, size.Top, size.ClipWidth, size.ClipHeight),
            },
        };
    }

    /// <summary>The draft with a canvas that is larger than the model's frame by so many pixels; the clip keeps its size.</summary>
    public StudioDraft Extended((int Above, int Right, int Below, int Left) by, InstalledModel model) => this with
    {
        Task = GenerationTask.OutpaintCentral,
        Mask = null,
        Job = null,
        Size = Size.WithoutPlan() with
        {
            Canvas = new GenerationCanvas(
                Math.Min(GenerationLimits.MaxCanvasSide, model.Width + by.Left + by.Right),
                Math.Min(GenerationLimits.MaxCanvasSide, model.Height + by.Above + by.Below),
                by.Left,
                by.Above,
                model.Width,
                model.Height),
        },
    };

    /// <summary>What Generate submits.</summary>
    public GenerationRequest ToRequest() => Size.Over(new GenerationRequest
    {
        Task = Task,
        Model = Model,
        InputAssetId = Input,
        MaskAssetId = Task == GenerationTask.CustomMask ? Mask : null,
        InputStart = Start,
        InputStride = Stride,
        ClassName = ClassName,
        Seed = Seed,
        Steps = Steps,
        Temperature = Temperature,
        Schedule = Schedule,
        Guidance = Guidance,
        Samples = Samples,
        KeepInput = KeepInput,
    });
}
