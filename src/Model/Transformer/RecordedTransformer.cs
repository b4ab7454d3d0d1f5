using static TorchSharp.torch;

namespace Magvit.Model.Transformer;

/// <summary>
/// The forward pass of a frozen transformer, recorded once for each size of batch and launched as one from then on (a CUDA graph): a pass of a few milliseconds is
/// hundreds of operators, which take a processor longer to ask for than the device to do. One caller at a time.
/// </summary>
/// <remarks>
/// Batches are filled up to the next of a few sizes, so that few recordings serve all. A network that is told its condition by a prefix has sequences of any
/// length, and computes as it always does; so does one on a device that records nothing.
/// </remarks>
public sealed class RecordedTransformer : IDisposable
{
    // Of each a recording keeps the memory of a pass; between them at most half of a batch is filling.
    private static readonly long[] Sizes = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

    private readonly MaskedTransformer _network;
    private readonly IDeviceControl _control;
    private readonly Dictionary<long, Pass> _passes = [];

    /// <summary>A recorder over a network, which it does not own.</summary>
    /// <param name="network">A network that is not trained meanwhile: its weights must not move; values written over them are seen.</param>
    /// <param name="control">Who records; the device control of this build unless said otherwise.</param>
    public RecordedTransformer(MaskedTransformer network, IDeviceControl? control = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        (_network, _control) = (network, control ?? Devices.Control);
    }

    /// <summary>
    /// How many sequences should share a pass. On a GPU one leaves most of it idle. On a CPU they share it only where that leaves each exactly what it is alone:
    /// other products round by the size of the batch, in the last bit, and now and then a token falls the other way for it.
    /// </summary>
    public int SequencesPerPass => _network.Device.type == DeviceType.CUDA || _network.IsBatchInvariant ? int.MaxValue : 1;

    /// <summary>How many sizes of batch were recorded so far.</summary>
    public int RecordingCount => _passes.Count;

    /// <summary>Logits float32 [B, N, K], as <see cref="MaskedTransformer.forward"/> gives them.</summary>
    public Tensor Forward(TransformerInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var batch = input.Tokens.size(0);
        if (input.Condition is not null || batch > Sizes[^1] || !_control.CanRecord(_network.Device))
        {
            return _network.forward(input);
        }

        var size = Sizes.First(s => s >= batch);
        if (!_passes.TryGetValue(size, out var pass))
        {
            _passes[size] = pass = new Pass(_network, _control, input, size);
        }

        return pass.Run(input);
    }

    /// <summary>Lets go of the recordings and their memory, as when there is no more of it; what is asked for afterwards is recorded anew.</summary>
    public void Clear()
    {
        foreach (var pass in _passes.Values)
        {
            pass.Dispose();
        }

        _passes.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    // The pass of one size: inputs and outputs that stay where they are, and the recording between them.
    private sealed class Pass : IDisposable
    {
        private readonly Tensor _prefix, _tokens, _isCondition;
        private readonly Tensor _logits;
        private readonly IDeviceRecording _recording;

        public Pass(MaskedTransformer network, IDeviceControl control, TransformerInput example, long size)
        {
            using var _ = no_grad();
            using var scope = NewDisposeScope();
            var device = network.Device;
            _prefix = zeros([size, example.Prefix.size(1)], int64, device).DetachFromDisposeScope();
            _tokens = zeros([size, example.Tokens.size(1)], int64, device).DetachFromDisposeScope();
            _isCondition = zeros([size, example.Tokens.size(1)], ScalarType.Bool, device).DetachFromDisposeScope();
            var input = new TransformerInput(_prefix, _tokens, _isCondition);

            // Once unrecorded: libraries that are asked for the first time set themselves up. It also tells the shape of the output.
            _logits = network.forward(input).DetachFromDisposeScope();
            try
            {
                _recording = control.Record(device, () =>
                {
                    using var pass = NewDisposeScope();
                    _logits.copy_(network.forward(input));
                });
            }
            catch
            {
                DisposeTensors();
                throw;
            }
        }

        // Rows beyond the batch keep what they had: their logits are not read, and no sequence sees another.
        public Tensor Run(TransformerInput input)
        {
            using var _ = no_grad();
            using var scope = NewDisposeScope();
            var batch = input.Tokens.size(0);
            _prefix.narrow(0, 0, batch).copy_(input.Prefix);
            _tokens.narrow(0, 0, batch).copy_(input.Tokens);
            _isCondition.narrow(0, 0, batch).copy_(input.IsCondition);
            _recording.Launch();
            return _logits.narrow(0, 0, batch).clone().MoveToOuterDisposeScope();
        }

        public void Dispose()
        {
            _recording.Dispose();
            DisposeTensors();
        }

        private void DisposeTensors()
        {
            foreach (var tensor in new[] { _prefix, _tokens, _isCondition, _logits })
            {
                tensor.Dispose();
            }
        }
    }
}
