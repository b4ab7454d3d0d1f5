using Magvit.Model.Evaluation;

namespace Magvit.Worker.Ablation;

/// <summary>What became of a start of a 3D tokenizer.</summary>
/// <param name="Title">What the paper calls it.</param>
/// <param name="Reconstruction">Metrics of reconstructions by name.</param>
/// <param name="PaperFvd">The paper's FVD.</param>
/// <param name="PaperPsnr">The paper's PSNR, dB.</param>
internal sealed record InflationResult(string Title, IReadOnlyDictionary<string, Measurement> Reconstruction, double PaperFvd, double PaperPsnr);
