using System.Diagnostics;
using Magvit.Model;
using Magvit.Model.Checkpoints;
using Magvit.Model.Decoding;
using Magvit.Model.Losses;
using Magvit.Model.Masking;
using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;
using Magvit.Worker.Generation;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Worker.Benchmarks;

/// <summary>A preset's networks with random weights, and one call of each case. What a call computes does not depend on the weights.</summary>
internal sealed class BenchNetworks : IDisposable
{
    /// <summary>Classes of the transformer.</summary>
    public const int Classes = 16;

    /// <summary>Decoding steps of a clip, the paper's.</summary>
    public const int Steps = 12;

    private readonly (VideoTokenizer Tokenizer, MaskedTransformer Transformer) _trained;
    private readonly Dictionary<ScalarType, (VideoTokenizer Tokenizer, MaskedTransformer Transformer)> _frozen = [];    // as a worker holds them
    private readonly Dictionary<MaskedTransformer, RecordedTransformer> _passes = [];                                   // as a worker asks for them
    private AdamW? _tokenizerOptimizer;
    private AdamW? _transformerOptimizer;

    public BenchNetworks(ModelPreset preset)
    {
        manual_seed(1);
        var config = preset.Transformer(Classes) with { Dropout = 0 };
        Manifest = new ModelManifest { Kind = "transformer", Preset = preset.Name, Tokenizer = preset.Tokenizer, Transformer = config };
        _trained = Create();
        _trained.Tokenizer.to(ComputeDevice.Device);
        _trained.Transformer.to(ComputeDevice.Device);
    }

    /// <summary>Both networks' shapes, from which the partner builds its own.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Seconds of one call.</summary>
    public double Measure(BenchCase benchmark)
    {
        using var scope = NewDisposeScope();
        var trains = benchmark.Kind is BenchKind.TrainTokenizer or BenchKind.TrainTransformer;
        var precision = benchmark.BFloat16 ? bfloat16 : float32;
        var (tokenizer, transformer) = trains ? _trained : Frozen(precision);
        tokenizer.Precision = transformer.Precision = precision;
        tokenizer.train(trains);
        transformer.train(trains);
        var g = tokenizer.Config.Geometry;
        var clip = rand([benchmark.Batch, 3, g.Frames, g.Height, g.Width]).to(ComputeDevice.Device);
        var tokens = randint(0, tokenizer.Config.Codes, [benchmark.Batch, g.TokenCount], int64).to(ComputeDevice.Device);
        var input = new TransformerInput(zeros([benchmark.Batch, 2], int64), tokens, zeros(tokens.shape, ScalarType.Bool));
        var rows = benchmark.Kind == BenchKind.LinearLayers ? new BenchRows(transformer, benchmark.Batch) : null;
        Wait();
        var watch = Stopwatch.StartNew();
        switch (benchmark.Kind)
        {
            case BenchKind.Encode:
                tokenizer.Encode(clip);
                break;
            case BenchKind.Decode:
                tokenizer.Decode(tokens.view(benchmark.Batch, g.LatentFrames, g.LatentHeight, g.LatentWidth));
                break;
            case BenchKind.Forward:
                using (no_grad())
                {
                    Passes(transformer).Forward(input);
                }

                break;
            case BenchKind.LinearLayers:
                rows?.Multiply();
                break;
            case BenchKind.Clip:
                Generate(tokenizer, transformer, clip);
                break;
            case BenchKind.TrainTokenizer:
                _tokenizerOptimizer ??= optim.AdamW(tokenizer.parameters(), lr: 1e-6);
                Step(_tokenizerOptimizer, tokenizer, () =>
                {
                    var output = tokenizer.forward(clip);
                    var loss = nn.functional.mse_loss(output.Reconstruction, clip);
                    return output.QuantizerLosses is not { } quantizer ? loss
                        : loss + quantizer.Commitment * 0.25 + quantizer.Entropy * 0.1 + (quantizer.Embedding ?? zeros([]).to(loss.device));
                });
                break;
            case BenchKind.TrainTransformer:
                _transformerOptimizer ??= optim.AdamW(transformer.parameters(), lr: 1e-6);
                Step(_transformerOptimizer, transformer, () => MaskedTokenLoss.Compute(transformer.forward(input), tokens));
                break;
        }

        Wait();
        return watch.Elapsed.TotalSeconds;
    }

    // A GPU works on after the call has returned.
    private static void Wait()
    {
        if (ComputeDevice.Device.type == DeviceType.CUDA)
        {
            cuda.synchronize(ComputeDevice.Device);
        }
    }

    public void Dispose()
    {
        _tokenizerOptimizer?.Dispose();
        _transformerOptimizer?.Dispose();
        foreach (var passes in _passes.Values)
        {
            passes.Dispose();
        }

        foreach (var (tokenizer, transformer) in _frozen.Values.Append(_trained))
        {
            tokenizer.Dispose();
            transformer.Dispose();
        }
    }

    private RecordedTransformer Passes(MaskedTransformer transformer) =>
        _passes.TryGetValue(transformer, out var passes) ? passes : _passes[transformer] = new RecordedTransformer(transformer);

    private (VideoTokenizer Tokenizer, MaskedTransformer Transformer) Create() => (new VideoTokenizer(Manifest.Tokenizer!), new MaskedTransformer(Manifest.Transformer!));

    private (VideoTokenizer Tokenizer, MaskedTransformer Transformer) Frozen(ScalarType precision)
    {
        if (!_frozen.TryGetValue(precision, out var networks))
        {
            _frozen[precision] = networks = Create();
            networks.Tokenizer.Freeze(precision, ComputeDevice.Device);
            networks.Transformer.Freeze(precision, ComputeDevice.Device, ComputeDevice.UsesBytes);
        }

        return networks;
    }

    private void Generate(VideoTokenizer tokenizer, MaskedTransformer transformer, Tensor clips)
    {
        using var _ = no_grad();
        var vocabulary = transformer.Config.Vocabulary;
        var conditions = tokenizer.Encode(clips).view(clips.size(0), -1);
        var mask = zeros([conditions.size(1)], ScalarType.Bool);
        var samples = new List<DecodingSample>();
        for (var i = 0; i < clips.size(0); i++)
        {
            samples.Add(new DecodingSample(
                new DecodingInput(vocabulary.Prefix(GenerationTask.FramePrediction, null), conditions.select(0, i), mask, vocabulary.MaskToken),
                new DecodingOptions { Steps = Steps, Seed = i }));
        }

        var passes = Passes(transformer);
        var decoder = new ParallelDecoder(passes.Forward, passes.SequencesPerPass);
        IReadOnlyList<DecodingStep> last = [];
        while (!samples[0].IsDone)
        {
            last = decoder.Advance(samples);
        }

        var g = tokenizer.Config.Geometry;
        tokenizer.Decode(tensor([.. last.SelectMany(s => s.Tokens)], [samples.Count, g.LatentFrames, g.LatentHeight, g.LatentWidth]));
        samples.ForEach(s => s.Dispose());
    }

    private static void Step(AdamW optimizer, nn.Module network, Func<Tensor> loss)
    {
        optimizer.zero_grad();
        loss().backward();
        nn.utils.clip_grad_norm_(network.parameters(), 1);
        optimizer.step();
    }
}
