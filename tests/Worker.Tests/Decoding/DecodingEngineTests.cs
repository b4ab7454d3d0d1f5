using Magvit.Model.Decoding;
using Magvit.Model.Generation;
using Magvit.Model.Masking;
using Magvit.Worker.Decoding;
using Magvit.Worker.Generation;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TorchSharp.Extensions;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Worker.Tests.Decoding;

/// <summary>Continuous batching on a tiny model, in float32.</summary>
public sealed class DecodingEngineTests : IDisposable
{
    private readonly TinyModelFolder _models = new();
    private readonly ComputeThread _compute = new();
    private readonly VideoGenerator _generator;
    private readonly Tensor _clip = rand([1, 3, 16, 16, 16], generator: new Generator(5)).DetachFromDisposeScope();

    public DecodingEngineTests() => _generator = VideoGenerator.Load(_models.ModelPath, float32);

    public void Dispose()
    {
        _compute.Dispose();
        _clip.Dispose();
        _generator.Dispose();
        _models.Dispose();
    }

    [Fact]
    public async Task DecodeAsync_JobsOfDifferentTasksAndLengths_AdvanceTogetherAndGetTheTokensTheyGetAlone()
    {
        var inputs = new[]
        {
            Input(GenerationTask.FramePrediction, steps: 9, seed: 1),
            Input(GenerationTask.ClassConditional, steps: 4, seed: 2),
            Input(GenerationTask.InpaintCentral, steps: 6, seed: 3) with { Options = new DecodingOptions { Steps = 6, Seed = 3, Guidance = 1.5 } },
        };
        var alone = inputs.Select(i => _generator.Generate(i, null, CancellationToken.None)).ToList();
        var engine = Engine();

        var outcomes = await DecodeTogetherAsync(engine, [.. inputs.Select(i => Session(i))]);

        Assert.Equal(alone, outcomes.Select(o => o.Single().Tokens));
        Assert.Equal(9, engine.Steps);
    }

    [Fact]
    public async Task DecodeAsync_JobThatComesLater_EntersBetweenTwoSteps()
    {
        var engine = Engine();
        var late = Session(Input(GenerationTask.OutpaintCentral, steps: 4, seed: 2));
        Task<IReadOnlyList<DecodingStep>>? lateOutcome = null;
        var early = Session(Input(GenerationTask.FramePrediction, steps: 8, seed: 1), step =>
        {
            if (step == 3)
            {
                lateOutcome = engine.DecodeAsync(late);
            }
        });

        await engine.DecodeAsync(early);

        Assert.Equal(4, (await lateOutcome!).Single().Step);
        Assert.Equal(8, engine.Steps);
    }

    [Fact]
    public async Task DecodeAsync_MoreSamplesThanABatchHolds_GetTheirTurnsAndTheTokensTheyGetAlone()
    {
        var inputs = Enumerable.Range(0, 5).Select(i => Input(GenerationTask.FrameInterpolation, steps: 4, seed: i)).ToList();
        var alone = inputs.ConvertAll(i => _generator.Generate(i, null, CancellationToken.None));
        var engine = Engine(batchSamples: 2);
        var reported = new List<int>();
        var session = new DecodingSession(_generator, inputs.ConvertAll(_generator.Begin)) { OnStep = reported.Add };

        var outcome = await engine.DecodeAsync(session);

        Assert.Equal(alone, outcome.Select(o => o.Tokens));
        Assert.Equal([1, 2, 3, 4], reported);
        Assert.Equal(10, engine.Steps);
    }

    [Fact]
    public async Task DecodeAsync_OneOfTwoIsCancelled_TheOtherIsUntouched()
    {
        var input = Input(GenerationTask.FramePrediction, steps: 8, seed: 1);
        var alone = _generator.Generate(input, null, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var cancelled = Session(Input(GenerationTask.FramePrediction, steps: 64, seed: 2), step => CancelAt(step, 3, stop), stop.Token);
        var engine = Engine();

        var outcomes = DecodeTogetherAsync(engine, [Session(input), cancelled]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Completion);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => outcomes);
        Assert.Equal(8, engine.Steps);
        Assert.Equal(3, cancelled.Pending.Single().Step);
        Assert.Equal(alone, (await engine.DecodeAsync(Session(input))).Single().Tokens);
    }

    [Fact]
    public async Task DecodeAsync_OneOfTwoThrows_TheOtherFinishes()
    {
        var input = Input(GenerationTask.InpaintDynamic, steps: 5, seed: 1);
        var alone = _generator.Generate(input, null, CancellationToken.None);
        var broken = Session(Input(GenerationTask.FramePrediction, steps: 8, seed: 2), _ => throw new InvalidOperationException("told so"));
        var sound = Session(input);

        await Assert.ThrowsAsync<InvalidOperationException>(() => DecodeTogetherAsync(Engine(), [broken, sound]));

        Assert.Equal(alone, (await sound.Completion).Single().Tokens);
    }

    [Fact]
    public async Task DecodeAsync_TwoJobsWithPreviews_MakesAtMostOneBetweenTwoSteps()
    {
        var engine = Engine();
        var passes = new List<long>();
        var sessions = Enumerable.Range(0, 2).Select(i => new DecodingSession(_generator, [_generator.Begin(Input(GenerationTask.FramePrediction, steps: 6, seed: i))])
        {
            OnPreview = step => passes.Add(engine.Steps),
        }).ToArray();

        await DecodeTogetherAsync(engine, sessions);

        Assert.Equal(passes.Distinct(), passes);
        Assert.InRange(passes.Count, 4, 6);
    }

    // Four samples do not fit, two do; one with its guidance does not, one after the other do; neither do four nor two.
    [Theory]
    [InlineData(4, 0, 1)]
    [InlineData(1, 1.5, 1)]
    [InlineData(4, 1.5, 3)]
    public async Task DecodeAsync_DeviceWithoutMemory_TakesSmallerPassesAndGivesTheSameTokens(int samples, double guidance, int failures)
    {
        Assert.SkipUnless(FusedOperators.packs(float32, CPU), "on this processor sequences never share a pass");
        var inputs = Enumerable.Range(0, samples).Select(i => Guided(i, guidance)).ToList();
        var alone = inputs.ConvertAll(i => _generator.Generate(i, null, CancellationToken.None));
        var device = new SmallDevice { Failures = failures };
        using var small = VideoGenerator.Load(_models.ModelPath, float32, control: device);

        var outcome = await Engine().DecodeAsync(new DecodingSession(small, inputs.ConvertAll(small.Begin)));

        Assert.Equal(alone, outcome.Select(o => o.Tokens));
        Assert.InRange(device.Failures, -100, 0);
        Assert.Equal(guidance == 0, small.GuideApart());
    }

    [Fact]
    public async Task DecodeAsync_DeviceWithoutMemoryForOneSequence_FailsTheJob()
    {
        using var small = VideoGenerator.Load(_models.ModelPath, float32, control: new SmallDevice { Failures = 100 });

        await Assert.ThrowsAsync<TorchException>(() => Engine().DecodeAsync(new DecodingSession(small, [small.Begin(Guided(1, 1.5))])));
    }

    private DecodingEngine Engine(int batchSamples = 8) =>
        new(_compute, Options.Create(new DecodingEngineOptions { BatchSamples = batchSamples, StepMilliseconds = 1e9 }), NullLogger<DecodingEngine>.Instance);

    private GenerationInput Input(GenerationTask task, int steps, long seed) => new(
        task, task.NeedsInput() ? _clip : null, null, task.NeedsClass() ? TinyModelFolder.ClassNames[0] : null, new DecodingOptions { Steps = steps, Seed = seed });

    private GenerationInput Guided(long seed, double guidance) =>
        Input(GenerationTask.FramePrediction, steps: 3, seed) with { Options = new DecodingOptions { Steps = 3, Seed = seed, Guidance = guidance } };

    private DecodingSession Session(GenerationInput input, Action<int>? onStep = null, CancellationToken stopping = default) =>
        new(_generator, [_generator.Begin(input)]) { OnStep = onStep, Stopping = stopping };

    private static void CancelAt(int step, int last, CancellationTokenSource stop)
    {
        if (step == last)
        {
            stop.Cancel();
        }
    }

    // Holds the compute thread until all sessions are there, so that they start with the same step.
    private async Task<IReadOnlyList<DecodingStep>[]> DecodeTogetherAsync(DecodingEngine engine, DecodingSession[] sessions)
    {
        using var gate = new ManualResetEventSlim();
        var held = _compute.RunAsync(() => { gate.Wait(); return true; }, CancellationToken.None);
        var outcomes = Array.ConvertAll(sessions, engine.DecodeAsync);
        gate.Set();
        await held;
        return await Task.WhenAll(outcomes);
    }

    // Has no room for its first recordings.
    private sealed class SmallDevice : IDeviceControl
    {
        public int Failures { get; set; }

        public DeviceMemory? Memory(Device device, bool resetPeak = false) => null;

        public void EmptyCache()
        {
        }

        public int Capability(Device device) => 0;

        public bool CanRecord(Device device) => true;

        public IDeviceRecording Record(Device device, Action work) => Failures-- > 0 ? throw new TorchException("CUDA out of memory") : new Replay(work);

        private sealed class Replay(Action work) : IDeviceRecording
        {
            public void Launch() => work();

            public void Dispose()
            {
            }
        }
    }
}
