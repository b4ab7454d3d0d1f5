using Magvit.Domain.Assets;
using Magvit.Domain.Decoding;
using Magvit.Domain.Generation;
using Magvit.Domain.Jobs;
using Magvit.Infrastructure.Media;
using Magvit.Worker.Generation;
using Xunit;

namespace Magvit.Worker.Tests.Jobs;

/// <summary>Stored decoding steps, and jobs that go on from them, on one worker beside ordinary jobs.</summary>
public sealed class RevisionJobTests(ServedPlatform platform) : IClassFixture<ServedPlatform>
{
    private const int Size = 16;

    [Fact]
    public async Task Run_AnyJob_KeepsItsStepsWithTokensConfidenceAndPreviews()
    {
        var job = await platform.RunAsync(platform.RequestFor(GenerationTask.InpaintCentral) with { Steps = 12, Samples = 2 });

        Assert.Equal(JobState.Succeeded, job.State);
        var items = await platform.ItemsOfAsync(job.Id);
        foreach (var output in job.Outputs.OrderBy(o => o.Index))
        {
            var history = await HistoryAsync(output);
            Assert.True(history.IsWhole);
            Assert.Equal((12, 64, platform.Models.TransformerHash), (history.StepCount, history.OpenAtStart, history.ModelHash));
            Assert.Equal(items[output.Index].Recipe.TokensHash, HashOf(history));
            Assert.All(history.Last.IsAccepted, Assert.True);
            Assert.All(history.Steps.SelectMany(s => s.Confidence), p => Assert.InRange(p, 0, 1));
            foreach (var (before, after) in history.Steps.Zip(history.Steps.Skip(1)))
            {
                Assert.All(Accepted(before), cell => Assert.Equal((before.Tokens[cell], true), (after.Tokens[cell], after.IsAccepted[cell])));
                Assert.True(Accepted(after).Count() > Accepted(before).Count());
            }

            // Previews are made of the first sample, as there is time; the file of each is there.
            var previews = history.Steps.Select(s => s.Preview).OfType<ContentHash>().ToList();
            Assert.Equal(output.Index == 0, previews.Count > 0);
            Assert.All(previews, preview => Assert.True(File.Exists(platform.PathOf(preview))));
        }
    }

    [Fact]
    public async Task Run_ChosenCells_ChangesTheirTokensAlone()
    {
        var (parent, before) = await ParentAsync();
        var cells = TokenCells.Of([0, 5, 17, 18, 40, 63]);

        var (job, after) = await ReviseAsync(parent, new Revision { Cells = cells, Seed = 99 });

        Assert.NotEmpty(Differing(before, after, among: cells.Positions));
        Assert.Equal((4, 6), (after.StepCount, after.OpenAtStart));
        var others = Enumerable.Range(0, 64).Except(cells.Positions);
        Assert.All(others, cell => Assert.Equal((before.Last.Tokens[cell], before.Last.Confidence[cell]), (after.Last.Tokens[cell], after.Last.Confidence[cell])));
        var recipe = Assert.Single(await platform.ItemsOfAsync(job.Id)).Recipe;
        var clip = await platform.AssetAsync(parent.Outputs[0].AssetId);
        Assert.Equal(new RecipeParent(clip.Sha256, parent.Outputs[0].StepsSha256!, null, cells), recipe.Parent);
        Assert.Equal([clip.Id], recipe.Parents);
        Assert.Equal(recipe.ToJson(), Recipe.FromJson(recipe.ToJson()).ToJson());
    }

    [Fact]
    public async Task Run_WeakestBesideLockedCells_TouchesNeitherLockedNorSureOnes()
    {
        var (parent, before) = await ParentAsync();
        var weakest = before.Weakest(0.1, null);
        var locked = TokenCells.Of(weakest.Positions.Take(2));

        var (_, after) = await ReviseAsync(parent, new Revision { Weakest = 0.25, Locked = locked, Seed = 5 });
        var (_, rest) = await ReviseAsync(parent, new Revision { Locked = locked, Seed = 6 });

        var again = before.Weakest(0.25, locked).Positions;
        Assert.Equal(16, again.Count);
        Assert.Empty(Differing(before, after, among: Enumerable.Range(0, 64).Except(again)));
        Assert.NotEmpty(Differing(before, after, among: again));
        Assert.Empty(Differing(before, rest, among: locked.Positions));
        Assert.Equal(62, rest.OpenAtStart);
    }

    [Fact]
    public async Task Run_BranchFromAStep_KeepsWhatWasAcceptedByThen()
    {
        var (parent, before) = await ParentAsync();
        var at = before.Steps[1];

        var (job, after) = await ReviseAsync(parent, new Revision { Step = 2, Seed = 1234, Temperature = 9 });
        var (_, again) = await ReviseAsync(parent, new Revision { Step = 2, Seed = 1234, Temperature = 9 });
        var (_, other) = await ReviseAsync(parent, new Revision { Step = 2, Seed = 1235, Temperature = 9 });

        Assert.Equal((4, 4), (after.StepCount, after.Steps.Count));
        Assert.All(before.Steps.Zip(after.Steps).Take(2), pair => Assert.Equal(pair.First.Tokens, pair.Second.Tokens));
        Assert.Equal(before.Steps.Take(2).Select(s => s.Preview), after.Steps.Take(2).Select(s => s.Preview));
        Assert.Empty(Differing(before, after, among: Accepted(at)));
        Assert.NotEmpty(Differing(before, after, among: Enumerable.Range(0, 64)));
        Assert.Equal(HashOf(after), HashOf(again));
        Assert.NotEqual(HashOf(after), HashOf(other));
        var recipe = Assert.Single(await platform.ItemsOfAsync(job.Id)).Recipe;
        Assert.Equal((2, 9.0, 1234), (recipe.Parent!.Step, recipe.Temperature, recipe.Seed));

        // A branch of a branch, and cells of a branch: children are parents too.
        var (_, cells) = await ReviseAsync(job, new Revision { Cells = TokenCells.Of([1]), Seed = 3 });
        Assert.Empty(Differing(after, cells, among: Enumerable.Range(0, 64).Except([1])));
        Assert.Equal((1, 1), (cells.StepCount, cells.OpenAtStart));
        var (_, deeper) = await ReviseAsync(job, new Revision { Step = 3, Seed = 8 });
        Assert.Empty(Differing(after, deeper, among: Accepted(after.Steps[2])));
    }

    [Fact]
    public async Task Run_AllKindsAndOrdinaryOnesAtOnce_MakeTheTokensThatEachMakesAlone()
    {
        var (parent, _) = await ParentAsync();
        var revisions = new[]
        {
            new Revision { Step = 1, Seed = 11 },
            new Revision { Cells = TokenCells.Of(Enumerable.Range(8, 20)), Seed = 12, Samples = 2 },
            new Revision { Weakest = 0.5, Seed = 13, Steps = 7 },
        };
        var ordinary = platform.RequestFor(GenerationTask.ClassConditional) with { Steps = 9, Seed = 14 };
        var alone = new List<string[]>();
        foreach (var revision in revisions)
        {
            alone.Add(await TokensAsync((await platform.UntilFinishedAsync(await SubmitAsync(parent, revision))).Id));
        }

        alone.Add(await TokensAsync((await platform.RunAsync(ordinary)).Id));

        var together = new List<Guid>();
        foreach (var revision in revisions)
        {
            together.Add(await SubmitAsync(parent, revision));
        }

        together.Add(await platform.SubmitAsync(ordinary));
        for (var i = 0; i < together.Count; i++)
        {
            Assert.Equal(JobState.Succeeded, (await platform.UntilFinishedAsync(together[i])).State);
            Assert.Equal(alone[i], await TokensAsync(together[i]));
        }
    }

    [Fact]
    public async Task Run_CellsOfAClipThatKeepsItsInput_LeavesTheKnownPixelsExact()
    {
        var job = await platform.RunAsync(platform.RequestFor(GenerationTask.FramePrediction) with { KeepInput = true });

        var (revised, _) = await ReviseAsync(job, new Revision { Weakest = 0.5, Seed = 21 });

        // The filmstrip is a PNG: what is in it was never encoded with loss. Its first frame is the known one.
        var (before, after) = (await FirstFrameAsync(job), await FirstFrameAsync(revised));
        Assert.Equal(before.Known, after.Known);
        Assert.NotEqual(before.Others, after.Others);
    }

    [Fact]
    public async Task Run_CellsWithAllOtherPixelsKept_ChangesNoPixelOutsideOfThem()
    {
        var (parent, _) = await ParentAsync();
        var cells = TokenCells.Of([21, 22, 38]);

        var (first, _) = await ReviseAsync(parent, new Revision { Cells = cells, Seed = 31, KeepPixels = true });
        var (second, _) = await ReviseAsync(first, new Revision { Cells = TokenCells.Of([63]), Seed = 32, KeepPixels = true });

        Assert.True(Assert.Single(await platform.ItemsOfAsync(first.Id)).Recipe.Parent!.KeepPixels);
        var clips = new List<byte[]>();
        foreach (var job in new[] { parent, first, second })
        {
            clips.Add(await PixelsAsync(job));
        }

        Assert.Empty(ChangedCells(clips[0], clips[1]).Except(cells.Positions));
        Assert.NotEmpty(ChangedCells(clips[0], clips[1]));
        Assert.Empty(ChangedCells(clips[1], clips[2]).Except([63]));
    }

    [Fact]
    public async Task Submit_StepsGone_IsRefusedAtOnceAndByTheWorker()
    {
        var (parent, history) = await ParentAsync(seed: 4242);
        var link = new GenerationParent(parent.Id, 0, parent.Outputs[0].AssetId, parent.Outputs[0].StepsSha256!) { Cells = TokenCells.Of([3]) };
        var otherModel = await StoreAsync(history with { ModelHash = "other" });
        var otherGrid = await StoreAsync(history with { Grid = new(2, 8, 4) });

        await platform.Platform.Get<IArtifactStore>().DeleteAsync(link.StepsSha256, CancellationToken.None);

        var refused = await platform.Platform.Get<ReviseGeneration>().SubmitAsync(
            platform.Actor, parent.Id, 0, new Revision { Cells = TokenCells.Of([3]) }, null, CancellationToken.None);
        Assert.Contains("gone", Assert.Single(refused!.Problems).Message, StringComparison.Ordinal);
        foreach (var (steps, reason) in new[] { (link.StepsSha256, "are gone"), (otherModel, "another version"), (otherGrid, "another token grid") })
        {
            var request = GenerationRequest.FromJson(parent.Payload) with { Parent = link with { StepsSha256 = steps } };
            var job = await platform.RunAsync(request);
            Assert.Equal((JobState.Failed, 1), (job.State, job.Attempt));
            Assert.Contains(reason, job.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Submit_NoSuchOutput_FindsNothing()
    {
        var (parent, _) = await ParentAsync();
        var revise = platform.Platform.Get<ReviseGeneration>();

        Assert.Null(await revise.SubmitAsync(platform.Actor, parent.Id, 1, new Revision { Step = 1 }, null, CancellationToken.None));
        Assert.Null(await revise.SubmitAsync(platform.Actor, Guid.NewGuid(), 0, new Revision { Step = 1 }, null, CancellationToken.None));
    }

    private async Task<(Job Job, DecodingHistory History)> ParentAsync(long seed = 7)
    {
        var job = await platform.RunAsync(platform.RequestFor(GenerationTask.FramePrediction) with { Seed = seed });
        return (job, await HistoryAsync(Assert.Single(job.Outputs)));
    }

    private async Task<(Job Job, DecodingHistory History)> ReviseAsync(Job parent, Revision revision)
    {
        var job = await platform.UntilFinishedAsync(await SubmitAsync(parent, revision));
        Assert.Equal((JobState.Succeeded, null), (job.State, job.Error));
        return (job, await HistoryAsync(Assert.Single(job.Outputs)));
    }

    private async Task<Guid> SubmitAsync(Job parent, Revision revision)
    {
        var result = await platform.Platform.Get<ReviseGeneration>().SubmitAsync(platform.Actor, parent.Id, 0, revision, null, CancellationToken.None);
        Assert.Empty(result!.Problems);
        return result.Job!.Id;
    }

    private async Task<DecodingHistory> HistoryAsync(JobOutput output)
    {
        var history = await DecodingHistoryFile.FindAsync(platform.Platform.Get<IArtifactStore>(), output.StepsSha256!, CancellationToken.None);
        Assert.NotNull(history);
        return history;
    }

    // The filmstrip: 16 frames of 16x16 side by side.
    private async Task<byte[]> PixelsAsync(Job job)
    {
        var sheet = platform.PathOf((await platform.AssetAsync(Assert.Single(job.Outputs).AssetId)).SheetSha256);
        return (await VideoReader.ReadFramesAsync(sheet, 0, 1, 1, Size * Size, Size, FitMode.CentreCrop, CancellationToken.None)).Rgb;
    }

    // Cells of 4 frames, rows and columns each, in a grid of 4x4x4.
    private static IEnumerable<int> ChangedCells(byte[] before, byte[] after) => Enumerable.Range(0, before.Length)
        .Where(i => before[i] != after[i])
        .Select(i => (Column: i / 3 % Size, Frame: i / 3 / Size % Size, Row: i / 3 / Size / Size))
        .Select(at => (((at.Frame / 4 * 4) + (at.Row / 4)) * 4) + (at.Column / 4))
        .Distinct();

    private async Task<(byte[] Known, byte[] Others)> FirstFrameAsync(Job job)
    {
        var rows = (await PixelsAsync(job)).Chunk(Size * Size * 3).ToList();
        return ([.. rows.SelectMany(row => row[..(Size * 3)])], [.. rows.SelectMany(row => row[(Size * 3)..])]);
    }

    private async Task<ContentHash> StoreAsync(DecodingHistory history) =>
        await platform.Platform.Get<IArtifactStore>().PutAsync(new MemoryStream(DecodingHistoryFile.Write(history)), CancellationToken.None);

    private async Task<string[]> TokensAsync(Guid jobId) => [.. (await platform.ItemsOfAsync(jobId)).Select(i => i.Recipe.TokensHash)];

    private static IEnumerable<int> Accepted(DecodedStep step) => Enumerable.Range(0, step.IsAccepted.Count).Where(cell => step.IsAccepted[cell]);

    private static IEnumerable<int> Differing(DecodingHistory before, DecodingHistory after, IEnumerable<int> among) =>
        among.Where(cell => before.Last.Tokens[cell] != after.Last.Tokens[cell]);

    private static string HashOf(DecodingHistory history) => RecipeFactory.HashOf([.. history.Last.Tokens.Select(token => (long)token)]);
}
