using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What optimizers written in C# share: groups of parameters, and a state for each parameter.</summary>
public abstract class OptimizerHelper : optim.Optimizer
{
    protected readonly Dictionary<Parameter, OptimizerState> _state = new(ReferenceEqualityComparer.Instance);

    /// <summary>The optimizer's own state; its tensors are the optimizer's, not copies.</summary>
    public virtual StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (var group in _parameter_groups)
        {
            dictionary.Options.Add(group.Options);
            dictionary.State.AddRange(group.Parameters.Select(p => _state[p]));
        }

        return dictionary;
    }
}

/// <summary>Hyper-parameters of a group.</summary>
public class OptimizerOptions
{
    public double? LearningRate { get; set; }

    public double InitialLearningRate { get; set; }
}

/// <summary>What an optimizer remembers of one parameter.</summary>
public abstract class OptimizerState
{
    /// <summary>Moves the state to a device.</summary>
    public virtual void to(Device device)
    {
    }
}

/// <summary>Parameters that share hyper-parameters.</summary>
public class ParamGroup : optim.ILearningRateController
{
    public IEnumerable<Parameter> Parameters { get; set; } = [];

    public OptimizerOptions Options { get; set; } = new();

    public double LearningRate
    {
        get => Options.LearningRate!.Value;
        set => Options.LearningRate = value;
    }

    public double InitialLearningRate
    {
        get => Options.InitialLearningRate;
        set => Options.InitialLearningRate = value;
    }
}

/// <summary>Parameters that share hyper-parameters of one optimizer.</summary>
public class ParamGroup<TOptions> : ParamGroup where TOptions : OptimizerOptions
{
    public ParamGroup(IEnumerable<Parameter> parameters, TOptions options)
    {
        Parameters = [.. parameters];
        base.Options = options;
    }

    public new TOptions Options
    {
        get => (TOptions)base.Options;
        set => base.Options = value;
    }
}
