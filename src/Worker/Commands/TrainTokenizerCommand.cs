using System.CommandLine;
using Magvit.Model;
using Magvit.Model.Losses;
using Magvit.Model.Tokenizer;
using Magvit.Model.Training;
using Magvit.Worker.Training;

namespace Magvit.Worker.Commands;

/// <summary><c>train tokenizer</c>: stage 1.</summary>
internal static class TrainTokenizerCommand
{
    private static readonly Option<double?> Perceptual = new("--perceptual") { Description = "Weight of the perceptual loss (LPIPS on SqueezeNet); 0, paper: 0.1", HelpName = "WEIGHT" };
    private static readonly Option<DirectoryInfo?> PerceptualWeights = new("--perceptual-weights") { Description = "Folder with the weights that it needs (docs/training.md); default: MAGVIT_WEIGHTS", HelpName = "DIR" };
    private static readonly Option<int> PerceptualStride = new("--perceptual-stride") { Description = "Let the perceptual loss see every n-th frame alone, others each step: it is most of a small network's step", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<double?> Adversarial = new("--adversarial") { Description = "Weight of the adversarial loss, with a discriminator from the first step on; 0, paper: 0.1", HelpName = "WEIGHT" };
    private static readonly Option<bool> Hinge = new("--hinge") { Description = "Play the hinge game instead of the non-saturating one" };
    private static readonly Option<double?> GradientPenalty = new("--gradient-penalty") { Description = "Weight of R1 on real clips; 10", HelpName = "WEIGHT" };
    private static readonly Option<int?> GradientPenaltyEvery = new("--gradient-penalty-every") { Description = "Compute R1 every n-th step and weigh it n times more; 1", HelpName = "N" };
    private static readonly Option<double?> LeCam = new("--lecam") { Description = "Weight of LeCAM; 0, paper: 0.001", HelpName = "WEIGHT" };
    private static readonly Option<bool> HardEntropy = new("--hard-entropy") { Description = "Entropy of the chosen codes instead of the softmax over all" };
    private static readonly Option<double?> EntropyBoost = new("--entropy-boost") { Description = "Weigh the entropy loss 1 + so many times more at first, fading over --entropy-boost-steps; 0", HelpName = "FACTOR" };
    private static readonly Option<int?> EntropyBoostSteps = new("--entropy-boost-steps") { Description = "Steps over which --entropy-boost fades; 2000", HelpName = "N" };
    private static readonly Option<bool> NormalizedCodes = new("--normalized-codes") { Description = "Scale latents and codewords to length 1 (quantizer vq)" };
    private static readonly Option<double?> Entropy = new("--entropy") { Description = "Weight of the quantizer's entropy loss; 0.1", HelpName = "WEIGHT" };
    private static readonly Option<string?> Quantizer = new("--quantizer") { Description = "vq (the paper's), fsq or lfq; default: the preset's", HelpName = "KIND" };
    private static readonly Option<string?> Padding = new("--padding") { Description = "What convolutions see outside the clip: reflect (the paper's) or zero (the official code's); default: the preset's", HelpName = "KIND" };
    private static readonly Option<string?> LinearBlock = new("--linear-block") { Description = "Tokens that the linear path of demo-64 and tiny-32 maps together, such as 4x2x2: closer to the pixels, and harder for a transformer (docs/decisions/007-tokens-that-describe-blocks.md)", HelpName = "TxHxW" };
    private static readonly Option<int?> Blocks = new("--blocks") { Description = "Residual blocks of each level; default: the preset's. With --from and --decoder-of new ones begin as the identity", HelpName = "N" };
    private static readonly Option<bool> ImageTwin = new("--image-twin") { Description = "Train the 2D twin of the preset on single frames, for --inflate-from" };
    private static readonly Option<DirectoryInfo?> InflateFrom = new("--inflate-from") { Description = "Begin from the run of a 2D twin", HelpName = "RUN" };
    private static readonly Option<string> Inflation = new("--inflation") { Description = "How 2D kernels become 3D: central or average", DefaultValueFactory = _ => "central", HelpName = "KIND" };
    private static readonly Option<DirectoryInfo?> From = new("--from") { Description = "Begin with the weights of this trained tokenizer; the optimizer starts anew, and what its tokens mean may drift", HelpName = "DIR" };
    private static readonly Option<DirectoryInfo?> DecoderOf = new("--decoder-of") { Description = "Go on from this tokenizer and train its decoder alone; its tokens keep their meaning", HelpName = "DIR" };
    private static readonly Option<int?> DecoderBlocks = new("--decoder-blocks") { Description = "Residual blocks of each level of the decoder, apart from the encoder's", HelpName = "N" };
    private static readonly Option<bool> Recompute = new("--recompute") { Description = "Compute the largest activations twice instead of keeping them: slower, half the memory" };

    public static Command Create()
    {
        var command = new Command("tokenizer", "Stage 1: clips to tokens and back");
        TrainingArguments.AddTo(command);
        foreach (Option option in (Option[])[Perceptual, PerceptualWeights, PerceptualStride, Adversarial, Hinge, GradientPenalty, GradientPenaltyEvery, LeCam, Entropy,
            HardEntropy, EntropyBoost, EntropyBoostSteps, Quantizer, NormalizedCodes, Padding, LinearBlock, Blocks, ImageTwin, InflateFrom, Inflation, From, DecoderOf, DecoderBlocks, Recompute])
        {
            command.Add(option);
        }

        command.SetAction((arguments, token) => TokenizerTraining.RunAsync(
            Setup(arguments), ReadRecipe(arguments), arguments.InvocationConfiguration.Output, token));
        return command;
    }

    private static TrainingSetup Setup(ParseResult arguments)
    {
        var defaults = TrainingArguments.IsPaper(arguments)
            ? TrainingOptions.PaperTokenizer(1, 128, 100)
            : new TrainingOptions { Steps = 1, PeakLearningRate = 1e-3 };
        return TrainingArguments.Read(arguments, defaults with { RecomputeActivations = arguments.GetValue(Recompute) });
    }

    private static TokenizerRecipe ReadRecipe(ParseResult arguments)
    {
        var (from, decoderOf) = (arguments.GetValue(From), arguments.GetValue(DecoderOf));
        if (from is not null && decoderOf is not null)
        {
            throw new ArgumentException("--from trains all of a tokenizer further, --decoder-of its decoder alone: give one of them");
        }

        var losses = TrainingArguments.IsPaper(arguments) ? new TokenizerLossOptions() : TokenizerLossOptions.ReconstructionOnly;
        losses = losses with
        {
            Perceptual = arguments.GetValue(Perceptual) ?? losses.Perceptual,
            Adversarial = arguments.GetValue(Adversarial) ?? losses.Adversarial,
            AdversarialKind = arguments.GetValue(Hinge) ? AdversarialKind.Hinge : losses.AdversarialKind,
            GradientPenalty = arguments.GetValue(GradientPenalty) ?? losses.GradientPenalty,
            GradientPenaltyEvery = arguments.GetValue(GradientPenaltyEvery) ?? losses.GradientPenaltyEvery,
            LeCam = arguments.GetValue(LeCam) ?? losses.LeCam,
            Entropy = arguments.GetValue(Entropy) ?? losses.Entropy,
            HardEntropy = arguments.GetValue(HardEntropy),
            EntropyBoost = arguments.GetValue(EntropyBoost) ?? losses.EntropyBoost,
            EntropyBoostSteps = arguments.GetValue(EntropyBoostSteps) ?? losses.EntropyBoostSteps,
        };
        return new TokenizerRecipe
        {
            Losses = losses,
            PerceptualWeights = arguments.GetValue(PerceptualWeights)?.FullName,
            PerceptualStride = arguments.GetValue(PerceptualStride),
            IsImageTwin = arguments.GetValue(ImageTwin),
            InflateFrom = arguments.GetValue(InflateFrom)?.FullName,
            Inflation = Choice(arguments.GetValue(Inflation), "inflation", ("central", InflationKind.Central), ("average", InflationKind.Average)),
            From = (from ?? decoderOf)?.FullName,
            IsDecoderOnly = decoderOf is not null,
            Shape = config => config with
            {
                ResidualBlocks = arguments.GetValue(Blocks) ?? config.ResidualBlocks,
                LinearBlock = arguments.GetValue(LinearBlock) is { } block ? TokenBlock.Parse(block, "linear block") : config.LinearBlock,
                DecoderResidualBlocks = arguments.GetValue(DecoderBlocks) ?? config.DecoderResidualBlocks,
                Quantizer = arguments.GetValue(Quantizer) is not { } quantizer ? config.Quantizer
                    : Choice(quantizer, "quantizer", ("vq", QuantizerKind.Vq), ("fsq", QuantizerKind.Fsq), ("lfq", QuantizerKind.Lfq)),
                NormalizedCodes = arguments.GetValue(NormalizedCodes) || config.NormalizedCodes,
                Padding = arguments.GetValue(Padding) is not { } padding ? config.Padding
                    : Choice(padding, "padding", ("reflect", ConvPadding.Reflect), ("zero", ConvPadding.Zero)),
            },
        };
    }

    private static T Choice<T>(string? name, string what, params (string Name, T Value)[] choices) => Array.FindIndex(choices, c => c.Name == name) is >= 0 and var i
        ? choices[i].Value
        : throw new ArgumentException($"no {what} {name}; there are {string.Join(", ", choices.Select(c => c.Name))}");
}
