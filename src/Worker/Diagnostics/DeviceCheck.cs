using Magvit.Model.Checkpoints;
using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Model.Losses;
using Magvit.Model.Masking;
using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;
using TorchSharp.Extensions;
using static TorchSharp.torch;

namespace Magvit.Worker.Diagnostics;

/// <summary>
/// Holds a device against the CPU on a tiny tokenizer and a tiny transformer with the same weights: (1) clips to tokens and back, (2) logits, of a recorded pass too,
/// (3) gradients, (4) training steps, (5) decoding, (6) the same in bfloat16, (7) random numbers, (8) what is left in memory.
/// </summary>
internal sealed class DeviceCheck : IDisposable
{
    private const int Batch = 2;
    private const int TrainingSteps = 5;

    private static readonly TokenizerConfig TokenizerShape = new()
    {
        Frames = 8,
        Height = 16,
        Width = 16,
        BaseChannels = 32,
        ChannelMultipliers = [1, 2],
        TemporalDownsample = [true],
        ResidualBlocks = 1,
        CodebookSize = 64,
        EmbeddingDim = 32,
    };

    private static readonly TransformerConfig TransformerShape = new()
    {
        Layers = 2,
        Heads = 2,
        Width = 64,
        MlpWidth = 128,
        EmbeddingWidth = 64,
        Segments = true,
        Dropout = 0,
        Codes = 64,
        Classes = 3,
        LatentFrames = 4,
        LatentHeight = 8,
        LatentWidth = 8,
    };

    private readonly Device _device;
    private readonly Tensor _clips;
    private readonly VideoTokenizer _tokenizer;
    private readonly VideoTokenizer _deviceTokenizer;
    private readonly MaskedTransformer _transformer;
    private readonly MaskedTransformer _deviceTransformer;

    /// <summary>Networks with the same weights on the CPU and on the device.</summary>
    public DeviceCheck(Device device)
    {
        _device = device;
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        _clips = rand([Batch, 3, TokenizerShape.Frames, TokenizerShape.Height, TokenizerShape.Width], generator: generator).DetachFromDisposeScope();
        (_tokenizer, _deviceTokenizer) = (new VideoTokenizer(TokenizerShape), new VideoTokenizer(TokenizerShape));
        (_transformer, _deviceTransformer) = (new MaskedTransformer(TransformerShape), new MaskedTransformer(TransformerShape));
        _deviceTokenizer.load_state_dict(_tokenizer.state_dict());
        _deviceTransformer.load_state_dict(_transformer.state_dict());
        _deviceTokenizer.to(device);
        _deviceTransformer.to(device);
    }

    /// <summary>Runs all comparisons.</summary>
    public IReadOnlyList<CheckLine> Run()
    {
        backends.cuda.matmul.allow_tf32 = false;
        var lines = new List<CheckLine>();
        using (NewDisposeScope())
        {
            lines.AddRange(Tokens());                                                                      // 1
            lines.Add(Logits("transformer, float32: largest difference of logits", float32, 1e-3, "order of sums"));     // 2
            lines.Add(Recorded());
            lines.Add(Gradients());                                                                        // 3
            lines.AddRange(Training());                                                                    // 4
            lines.Add(Decoding());                                                                         // 5
            lines.AddRange(Half());                                                                        // 6
            lines.Add(Randomness());                                                                       // 7
        }

        cuda.synchronize(_device);
        return lines;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nn.Module network in new nn.Module[] { _tokenizer, _deviceTokenizer, _transformer, _deviceTransformer })
        {
            network.Dispose();
        }

        _clips.Dispose();
        Devices.Control.EmptyCache();
    }

    private IEnumerable<CheckLine> Tokens()
    {
        _tokenizer.eval();
        _deviceTokenizer.eval();
        var (expected, actual) = (_tokenizer.Encode(_clips), _deviceTokenizer.Encode(_clips));
        yield return new CheckLine("tokenizer: share of tokens that differ", Share(expected, actual), 0.01, "a latent half-way between two codewords");
        yield return new CheckLine(
            "tokenizer: largest difference of pixels", Largest(_tokenizer.Decode(expected), _deviceTokenizer.Decode(expected)), 1e-3, "order of sums");
    }

    private CheckLine Logits(string name, ScalarType precision, double limit, string reason)
    {
        using var _ = no_grad();
        _transformer.eval();
        _deviceTransformer.eval();
        _deviceTransformer.Precision = precision;
        var input = Input();
        var difference = Largest(_transformer.forward(input), _deviceTransformer.forward(input));
        _deviceTransformer.Precision = float32;
        return new CheckLine(name, difference, limit, reason);
    }

    // The second launch of a recording, with another input than it was recorded with.
    private CheckLine Recorded()
    {
        using var _ = no_grad();
        _deviceTransformer.eval();
        using var passes = new RecordedTransformer(_deviceTransformer);
        var input = Input();
        passes.Forward(input with { Tokens = zeros_like(input.Tokens) });
        return new CheckLine("recorded pass: largest difference of logits", Largest(_deviceTransformer.forward(input), passes.Forward(input)), 1e-4,
            Devices.Control.CanRecord(_device) ? "the same operators, from a CUDA graph" : "nothing is recorded on this device");
    }

    // |g - g'| / |g| over all weights of both networks.
    private CheckLine Gradients()
    {
        Loss(_tokenizer, _transformer).backward();
        Loss(_deviceTokenizer, _deviceTransformer).backward();
        double difference = 0, size = 0;
        foreach (var (expected, actual) in Weights(_tokenizer, _transformer).Zip(Weights(_deviceTokenizer, _deviceTransformer)))
        {
            if (expected.grad is { } g && actual.grad is { } h)
            {
                difference += (g - h.cpu()).square().sum().ToDouble();
                size += g.square().sum().ToDouble();
            }
        }

        return new CheckLine("gradients: relative difference", Math.Sqrt(difference / size), 1e-2, "order of sums; a token that differs");
    }

    private IEnumerable<CheckLine> Training()
    {
        var (expected, actual) = (Trained(_tokenizer, _transformer), Trained(_deviceTokenizer, _deviceTransformer));
        yield return new CheckLine($"training: difference of the loss after {TrainingSteps} steps", Math.Abs(expected - actual), 0.02, "Adam's first steps go by the sign of a gradient");
    }

    private CheckLine Decoding()
    {
        // Training moved the weights apart by a little: decode from the same ones.
        _deviceTokenizer.load_state_dict(_tokenizer.state_dict());
        _deviceTransformer.load_state_dict(_transformer.state_dict());
        var manifest = new ModelManifest { Kind = "transformer", Preset = "self-check", Transformer = TransformerShape, ClassNames = ["a", "b", "c"] };
        var input = new GenerationInput(GenerationTask.FramePrediction, _clips.narrow(0, 0, 1), null, null, new DecodingOptions { Steps = 4, Seed = 7 }, false);
        _transformer.eval();
        _deviceTransformer.eval();
        var expected = VideoGenerator.Of(_tokenizer, _transformer, manifest).Generate(input, null, CancellationToken.None);
        var generator = VideoGenerator.Of(_deviceTokenizer, _deviceTransformer, manifest);
        var actual = generator.Generate(input, null, CancellationToken.None);
        generator.Trim();
        return new CheckLine("decoding: share of tokens that differ", expected.Zip(actual).Count(t => t.First != t.Second) / (double)expected.Length, 0.2,
            "one draw at a tie changes those after it");
    }

    private IEnumerable<CheckLine> Half()
    {
        yield return Logits("transformer, bfloat16: largest difference of logits", bfloat16, 0.1, "8 bits of mantissa");
        using var _ = no_grad();
        _deviceTokenizer.eval();
        _tokenizer.eval();
        var tokens = _tokenizer.Encode(_clips);
        _deviceTokenizer.Precision = bfloat16;
        var difference = (_tokenizer.Decode(tokens) - _deviceTokenizer.Decode(tokens)).abs().mean().ToDouble();
        _deviceTokenizer.Precision = float32;
        yield return new CheckLine("tokenizer, bfloat16: mean difference of pixels", difference, 0.02, "8 bits of mantissa");
    }

    // The device's own generator: the same seed gives the same numbers, and they are not all alike.
    private CheckLine Randomness()
    {
        using var first = new Generator(5, _device);
        using var second = new Generator(5, _device);
        var (a, b) = (rand([1000], device: _device, generator: first), rand([1000], device: _device, generator: second));
        var isUniform = Math.Abs(a.mean().ToDouble() - 0.5) < 0.1;
        return new CheckLine("generators: difference of draws of one seed", isUniform ? Largest(a, b) : double.NaN, 0, "same seed, same device, same numbers");
    }

    private double Trained(VideoTokenizer tokenizer, MaskedTransformer transformer)
    {
        using var optimizer = optim.AdamW(Weights(tokenizer, transformer).ToList(), lr: 1e-3, beta1: 0.9, beta2: 0.99);
        for (var step = 0; step < TrainingSteps; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            Loss(tokenizer, transformer).backward();
            nn.utils.clip_grad_norm_(optimizer.parameters(), 1);
            optimizer.step();
        }

        using var last = NewDisposeScope();
        using var _ = no_grad();
        return Loss(tokenizer, transformer).ToDouble();
    }

    private Tensor Loss(VideoTokenizer tokenizer, MaskedTransformer transformer)
    {
        tokenizer.train();
        transformer.train();
        var output = tokenizer.forward(_clips.to(tokenizer.Device));
        var pixels = nn.functional.mse_loss(output.Reconstruction, _clips.to(tokenizer.Device));
        return pixels + MaskedTokenLoss.Compute(transformer.forward(Input()), Targets());
    }

    private static TransformerInput Input()
    {
        using var generator = new Generator(3);
        var count = TransformerShape.TokenCount;
        var tokens = (rand([Batch, count], generator: generator) * TransformerShape.Codes).floor().to(int64);
        var hidden = rand([Batch, count], generator: generator).lt(0.5);
        var vocabulary = TransformerShape.Vocabulary;
        var prefix = vocabulary.Prefix(GenerationTask.FramePrediction, null);
        return new TransformerInput(
            tensor(prefix, [1, prefix.Length]).expand(Batch, -1), tokens.masked_fill(hidden, vocabulary.MaskToken), hidden.logical_not());
    }

    private static Tensor Targets()
    {
        using var generator = new Generator(4);
        return (rand([Batch, TransformerShape.TokenCount], generator: generator) * TransformerShape.Codes).floor().to(int64);
    }

    private static IEnumerable<TorchSharp.Modules.Parameter> Weights(VideoTokenizer tokenizer, MaskedTransformer transformer) =>
        tokenizer.parameters().Concat(transformer.parameters());

    private static double Largest(Tensor expected, Tensor actual) => (expected.cpu() - actual.cpu()).abs().max().ToDouble();

    private static double Share(Tensor expected, Tensor actual) => expected.cpu().ne(actual.cpu()).to(float32).mean().ToDouble();
}
