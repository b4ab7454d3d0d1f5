using Magvit.Model.Evaluation;

namespace Magvit.Worker.Ablation;

/// <summary>What became of a variant.</summary>
/// <param name="Variant">Its name.</param>
/// <param name="Title">What the paper calls it.</param>
/// <param name="Table">The paper's table.</param>
/// <param name="Parameters">Parameters of the transformer.</param>
/// <param name="HeldOutLoss">Its loss on held-out clips: of its own tasks and weights, so not to be compared between rows.</param>
/// <param name="FramePrediction">Frechet distance of frame prediction.</param>
/// <param name="Average">The mean of that distance over the eight tasks; null when it was asked for one.</param>
/// <param name="FramePredictionPsnr">dB of frame prediction against the real clips.</param>
/// <param name="SecondsPerClip">Time to generate and measure a clip of frame prediction.</param>
/// <param name="PaperFramePrediction">The paper's figure, on other data and another network.</param>
/// <param name="PaperAverage">Likewise.</param>
/// <param name="Tasks">The distance of each task.</param>
internal sealed record AblationResult(
    string Variant, string Title, string Table, long Parameters, double HeldOutLoss, Measurement? FramePrediction, double? Average,
    Measurement? FramePredictionPsnr, double? SecondsPerClip, double? PaperFramePrediction, double? PaperAverage, IReadOnlyDictionary<string, Measurement> Tasks);
