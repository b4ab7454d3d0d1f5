using Magvit.Model.Masking;
using Magvit.Model.Transformer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Transformer;

/// <summary>What is recorded, when, and what comes of it, with a control that does on the CPU what CUDA graphs do on their devices.</summary>
public class RecordedTransformerTests
{
    [Fact]
    public void Forward_BatchesOfManySizes_GivesTheLogitsOfTheNetworkFromFewRecordings()
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        var control = new ReplayingControl();
        using var recorded = new RecordedTransformer(network, control);
        foreach (var batch in new[] { 3, 5, 1, 6, 5, 3, 1 })
        {
            var input = Input(network, batch);
            var logits = recorded.Forward(input);
            Assert.Equal([batch, 64L, 1000], logits.shape);
            Assert.InRange((logits - network.forward(input)).abs().max().ToDouble(), 0, 1e-5);
        }

        Assert.Equal(3, recorded.RecordingCount);       // of 1, of 3 and of 6, which 5 fill up to
        Assert.Equal((3, 7), (control.Recordings, control.Launches));
    }

    // The next pass writes over the recording's output: what was given before must not change.
    [Fact]
    public void Forward_NextBatch_LeavesTheLogitsOfTheLast()
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        using var recorded = new RecordedTransformer(network, new ReplayingControl());
        var first = recorded.Forward(Input(network, 2));
        var before = first.clone();
        recorded.Forward(Input(network, 2));
        Assert.Equal(0, (first - before).abs().max().ToDouble());
    }

    [Fact]
    public void Clear_BetweenBatches_FreesAndRecordsAnew()
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        var control = new ReplayingControl();
        using var recorded = new RecordedTransformer(network, control);
        var input = Input(network, 2);
        var logits = recorded.Forward(input);
        recorded.Clear();
        Assert.Equal((0, 1), (recorded.RecordingCount, control.Freed));
        Assert.Equal(0, (recorded.Forward(input) - logits).abs().max().ToDouble());
        Assert.Equal(2, control.Recordings);
    }

    [Fact]
    public void Forward_RecordingThatFails_TellsWhyAndKeepsNothing()
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        var control = new ReplayingControl { Failure = new InvalidOperationException("out of memory") };
        using var recorded = new RecordedTransformer(network, control);
        var input = Input(network, 1);
        Assert.Same(control.Failure, Assert.Throws<InvalidOperationException>(() => recorded.Forward(input)));
        Assert.Equal(0, recorded.RecordingCount);
        control.Failure = null;
        Assert.Equal([1L, 64, 1000], recorded.Forward(input).shape);
    }

    [Fact]
    public void Forward_NothingToRecordOrTooMany_ComputesAsEver()
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        using var onCpu = new RecordedTransformer(network);
        var control = new ReplayingControl();
        using var recorded = new RecordedTransformer(network, control);
        var input = Input(network, 2);
        Assert.Equal(0, (onCpu.Forward(input) - network.forward(input)).abs().max().ToDouble());
        Assert.Equal([65L, 64, 1000], recorded.Forward(Input(network, 65)).shape);

        using var told = new MaskedTransformer(TinyModels.Transformer() with { Conditioning = ConditionMode.Prefix });
        using var recordedTold = new RecordedTransformer(told, control);
        var known = zeros([1, 64], ScalarType.Bool);
        known.narrow(1, 0, 7).fill_(true);
        Assert.Equal([1L, 64, 1000], recordedTold.Forward(Input(told, 1) with { Condition = ConditionPrefix.Pack(zeros([1, 64], int64), known) }).shape);
        Assert.Equal(0, control.Recordings);
    }

    private static MaskedTransformer Network()
    {
        manual_seed(4);
        var network = new MaskedTransformer(TinyModels.Transformer());
        network.Freeze(float32, CPU);
        return network;
    }

    private static TransformerInput Input(MaskedTransformer network, int batch) => new(
        randint(0, 10, [batch, network.Config.Vocabulary.PrefixLength], dtype: int64),
        randint(0, 1000, [batch, network.Config.TokenCount], dtype: int64),
        rand([batch, network.Config.TokenCount]).gt(0.5));

    private sealed class ReplayingControl : IDeviceControl
    {
        public int Recordings { get; private set; }

        public int Launches { get; private set; }

        public int Freed { get; private set; }

        public Exception? Failure { get; set; }

        public DeviceMemory? Memory(Device device, bool resetPeak = false) => null;

        public void EmptyCache()
        {
        }

        public int Capability(Device device) => 0;

        public bool CanRecord(Device device) => true;

        public IDeviceRecording Record(Device device, Action work)
        {
            if (Failure is not null)
            {
                throw Failure;
            }

            Recordings++;
            return new Replay(this, work);
        }

        private sealed class Replay(ReplayingControl control, Action work) : IDeviceRecording
        {
            public void Launch()
            {
                control.Launches++;
                work();
            }

            public void Dispose() => control.Freed++;
        }
    }
}
