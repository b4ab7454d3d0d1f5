using Magvit.Model.Evaluation;

namespace Magvit.Worker.Ablation;

/// <summary>What became of a way to decode.</summary>
/// <param name="Group">What was changed.</param>
/// <param name="Title">To what.</param>
/// <param name="FramePrediction">Frechet distance of frame prediction.</param>
/// <param name="Average">The mean of that distance over the eight tasks.</param>
/// <param name="FramePredictionPsnr">dB of frame prediction against the real clips.</param>
/// <param name="SecondsPerClip">Time to generate and measure a clip of frame prediction.</param>
internal sealed record DecodingResult(
    string Group, string Title, Measurement? FramePrediction, double? Average, Measurement? FramePredictionPsnr, double? SecondsPerClip);
