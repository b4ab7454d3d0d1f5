using System.CommandLine;
using Magvit.Model;
using Magvit.Model.Losses;
using Magvit.Model.Masking;
using Magvit.Model.Training;
using Magvit.Worker.Training;

namespace Magvit.Worker.Commands;

/// <summary><c>train transformer</c>: stage 2.</summary>
internal static class TrainTransformerCommand
{
    private static readonly Option<DirectoryInfo> Tokenizer = new("--tokenizer") { Description = "Folder of the trained tokenizer, such as RUN/model", Required = true, HelpName = "DIR" };
    private static readonly Option<string?> Tasks = new("--tasks") { Description = "all, paper (MT10), or a list such as frame-prediction=3,inpaint-central; default: all, paper: paper", HelpName = "LIST" };
    private static readonly Option<string> Conditioning = new("--conditioning") { Description = "How the condition reaches the network: commit, or the baselines latent-masking and prefix", DefaultValueFactory = _ => "commit", HelpName = "MODE" };
    private static readonly Option<bool> Autoregressive = new("--autoregressive") { Description = "Train the autoregressive baseline, which makes one token a pass; with --conditioning prefix" };
    private static readonly Option<string> LossWeights = new("--loss-weights") { Description = "Which tokens count: mask, mask+recons, mask+refine or mask+refine+recons", DefaultValueFactory = _ => "mask+refine+recons", HelpName = "ROLES" };
    private static readonly Option<string> Schedule = new("--schedule") { Description = "Mask schedule: cosine, uniform, exp, log, pow2.5, poly:-1,0,1", DefaultValueFactory = _ => "cosine", HelpName = "NAME" };
    private static readonly Option<string> Block = new("--mask-block") { Description = "Tokens masked together, frames x rows x columns", DefaultValueFactory = _ => "1x1x1", HelpName = "TxHxW" };
    private static readonly Option<double> LabelSmoothing = new("--label-smoothing") { Description = "Label smoothing over the codes", DefaultValueFactory = _ => MaskedTokenLoss.LabelSmoothing, HelpName = "SHARE" };
    private static readonly Option<double> LabelDropout = new("--label-dropout") { Description = "Share of samples that are not told their class, for guidance; 1 trains without classes", HelpName = "SHARE" };
    private static readonly Option<int> GivenFrames = new("--given-frames") { Description = "Frames given by frame prediction, and at each end by interpolation", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<DirectoryInfo?> From = new("--from") { Description = "Begin with the weights of this trained transformer, of the same shape over the same tokens, or over those of the tokenizer that this one was trained on from; the optimizer starts anew", HelpName = "DIR" };
    private static readonly Option<FileInfo?> Tokens = new("--tokens") { Description = "Take tokens from a file of tokenize --training instead of encoding clips", HelpName = "FILE" };
    private static readonly Option<bool> CacheTokens = new("--cache-tokens") { Description = "Make such a file beside the decoded clips, once, and use it" };

    public static Command Create()
    {
        var command = new Command("transformer", "Stage 2: all tasks over a frozen tokenizer") { Tokenizer };
        TrainingArguments.AddTo(command);
        foreach (Option option in (Option[])[Tasks, Conditioning, Autoregressive, LossWeights, Schedule, Block, LabelSmoothing, LabelDropout, GivenFrames,
            From, Tokens, CacheTokens])
        {
            command.Add(option);
        }

        command.SetAction((arguments, token) => TransformerTraining.RunAsync(
            Setup(arguments), ReadRecipe(arguments), arguments.InvocationConfiguration.Output, token));
        return command;
    }

    // Spec §6.4: 256 clips, 1e-4 after 5,000 steps, clipped at 1, no average.
    private static TrainingSetup Setup(ParseResult arguments)
    {
        var defaults = TrainingArguments.IsPaper(arguments)
            ? new TrainingOptions { Steps = 1, BatchSize = 256, WarmupSteps = 5000, PeakLearningRate = 1e-4, EmaDecay = 0, EmaRampUp = false, BFloat16 = false }
            : new TrainingOptions { Steps = 1, PeakLearningRate = 1e-3 };
        return TrainingArguments.Read(arguments, defaults with { LabelDropout = arguments.GetValue(LabelDropout) });
    }

    private static TransformerRecipe ReadRecipe(ParseResult arguments)
    {
        var seed = arguments.GetValue(TrainingArguments.Seed);
        return new TransformerRecipe
        {
            Tokenizer = arguments.GetValue(Tokenizer)!.FullName,
            Tasks = (arguments.GetValue(Tasks) ?? (TrainingArguments.IsPaper(arguments) ? "paper" : "all")) switch
            {
                "all" => TaskMix.All(seed),
                "paper" => TaskMix.Paper(hasClasses: true, seed),
                var list => TaskMix.Parse(list, seed),
            },
            Commit = new CommitOptions
            {
                Schedule = MaskSchedules.Parse(arguments.GetValue(Schedule)!),
                Weights = TokenRoleNames.Parse(arguments.GetValue(LossWeights)!),
                LabelSmoothing = arguments.GetValue(LabelSmoothing),
                Block = TokenBlock.Parse(arguments.GetValue(Block)!, "mask block"),
                GivenFrames = arguments.GetValue(GivenFrames),
            },
            From = arguments.GetValue(From)?.FullName,
            Tokens = arguments.GetValue(Tokens)?.FullName,
            CachesTokens = arguments.GetValue(CacheTokens),
            Shape = config => config with
            {
                Conditioning = arguments.GetValue(Conditioning) switch
                {
                    "commit" => ConditionMode.Commit,
                    "latent-masking" => ConditionMode.LatentMasking,
                    "prefix" => ConditionMode.Prefix,
                    var other => throw new ArgumentException($"no conditioning {other}; there are commit, latent-masking, prefix"),
                },
                IsCausal = arguments.GetValue(Autoregressive),
            },
        };
    }
}
