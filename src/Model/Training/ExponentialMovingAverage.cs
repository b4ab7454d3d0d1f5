using static TorchSharp.torch;

namespace Magvit.Model.Training;

/// <summary>A running average of a network's weights; it starts at the initial weights (spec §4.3).</summary>
public sealed class ExponentialMovingAverage : IDisposable
{
    private readonly nn.Module _module;
    private readonly double _decay;
    private readonly bool _isRampedUp;
    private readonly Dictionary<string, Tensor> _shadow = [];

    /// <summary>An average over the module's parameters.</summary>
    /// <param name="module">The network.</param>
    /// <param name="decay">Share of the average that stays, per step.</param>
    /// <param name="rampUp">Lets the decay rise as (1 + s)/(10 + s) to that; not in the paper.</param>
    public ExponentialMovingAverage(nn.Module module, double decay, bool rampUp = false)
    {
        ArgumentNullException.ThrowIfNull(module);
        (_module, _decay, _isRampedUp) = (module, decay, rampUp);
        using var _ = no_grad();
        foreach (var (name, parameter) in module.named_parameters())
        {
            _shadow[name] = parameter.detach().clone().DetachFromDisposeScope();
        }
    }

    /// <summary>The averaged weights by parameter name.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights => _shadow;

    /// <summary>Moves the average towards the weights after step <paramref name="step"/>.</summary>
    public void Update(int step)
    {
        using var _ = no_grad();
        var decay = _isRampedUp ? Math.Min(_decay, (1.0 + step) / (10.0 + step)) : _decay;
        foreach (var (name, parameter) in _module.named_parameters())
        {
            _shadow[name].mul_(decay).add_(parameter, 1 - decay);
        }
    }

    /// <summary>Puts the average into the module; the returned object puts the trained weights back.</summary>
    public IDisposable Apply() => new Swap(_module, _shadow);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _shadow.Values)
        {
            tensor.Dispose();
        }
    }

    private sealed class Swap : IDisposable
    {
        private readonly List<(Tensor Parameter, Tensor Saved)> _saved = [];

        public Swap(nn.Module module, Dictionary<string, Tensor> shadow)
        {
            using var _ = no_grad();
            foreach (var (name, parameter) in module.named_parameters())
            {
                _saved.Add((parameter, parameter.detach().clone().DetachFromDisposeScope()));
                parameter.copy_(shadow[name]);
            }
        }

        public void Dispose()
        {
            using var _ = no_grad();
            foreach (var (parameter, saved) in _saved)
            {
                parameter.copy_(saved);
                saved.Dispose();
            }
        }
    }
}
