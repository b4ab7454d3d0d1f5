using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>
/// Trades time for memory (spec §2.6): blocks run without recording what autograd would keep, and run once more, recording, when their gradient is due.
/// </summary>
/// <remarks>
/// In three moves, made of ordinary tensor operations: <see cref="Run"/> gives the block's result as a new leaf of the graph; the caller's
/// <c>loss.backward()</c> stops at that leaf; <see cref="Backward"/> then takes the blocks from the last to the first, and hands each leaf's gradient on.
/// A tensor before a block that something else uses too must be a leaf as well: <see cref="Cut"/>. One object serves one forward and backward pass at a time.
/// </remarks>
public sealed class ActivationRecomputation : IDisposable
{
    private readonly Stack<Segment> _segments = new();

    /// <summary>Computes the block; within <c>no_grad</c>, that and nothing more.</summary>
    /// <param name="block">A function of its input and of parameters alone: the same result when it runs again.</param>
    /// <param name="input">Any shape.</param>
    public Tensor Run(Func<Tensor, Tensor> block, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(input);
        if (!is_grad_enabled())
        {
            return block(input);
        }

        using var scope = NewDisposeScope();
        Tensor output;
        using (no_grad())
        {
            output = block(input);
        }

        return Push(block, input, output);
    }

    /// <summary>The same tensor as a leaf, through which all gradients of later parts reach the earlier ones at once.</summary>
    public Tensor Cut(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!is_grad_enabled())
        {
            return input;
        }

        using var scope = NewDisposeScope();
        return Push(null, input, input);
    }

    /// <summary>Completes the backward pass that <c>loss.backward()</c> began.</summary>
    public void Backward()
    {
        while (_segments.TryPop(out var segment))
        {
            using var scope = NewDisposeScope();
            if (segment.Output.grad is { } gradient)
            {
                HandOn(segment, gradient);
            }

            segment.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_segments.TryPop(out var segment))
        {
            segment.Dispose();
        }
    }

    private static void HandOn(Segment segment, Tensor gradient)
    {
        if (segment.Block is not null)
        {
            var leaf = segment.Input.detach().requires_grad_(segment.Input.requires_grad);
            var again = segment.Block(leaf);
            if (again.requires_grad)
            {
                autograd.backward([again], [gradient]);
            }

            gradient = leaf.grad!;
        }

        if (segment.Input.requires_grad && gradient is not null)
        {
            autograd.backward([segment.Input], [gradient]);
        }
    }

    private Tensor Push(Func<Tensor, Tensor>? block, Tensor input, Tensor output)
    {
        var leaf = output.detach().requires_grad_().DetachFromDisposeScope();
        _segments.Push(new Segment(block, input.alias().DetachFromDisposeScope(), leaf));
        return leaf.alias().MoveToOuterDisposeScope();
    }

    private sealed record Segment(Func<Tensor, Tensor>? Block, Tensor Input, Tensor Output) : IDisposable
    {
        public void Dispose()
        {
            Input.Dispose();
            Output.Dispose();
        }
    }
}
