using Magvit.Model.Masking;
using static TorchSharp.torch;

namespace Magvit.Model.Evaluation;

/// <summary>What can be done without a model: copy the last given frame, blend the first into the last, or smear the edges. A model that is worse has learned nothing.</summary>
public sealed class TaskBaseline
{
    private readonly Func<Tensor, Tensor> _compute;

    private TaskBaseline(string name, Func<Tensor, Tensor> compute) => (Name, _compute) = (name, compute);

    /// <summary>The name used in reports: copy-last-frame, linear-blend or edge-fill.</summary>
    public string Name { get; }

    /// <summary>The baseline of a task; null where there is none (nothing is given, or another mask each time).</summary>
    public static TaskBaseline? Of(GenerationTask task, ClipGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        var builder = new ConditionBuilder(geometry);
        switch (task)
        {
            case GenerationTask.ClassConditional or GenerationTask.CustomMask:
                return null;
            case GenerationTask.FramePrediction or GenerationTask.ClassFramePrediction:
                return new TaskBaseline("copy-last-frame", clips => builder.Build(task, clips).Clip);
            case GenerationTask.FrameInterpolation:
                return new TaskBaseline("linear-blend", clips => builder.Build(task, clips).Clip);
            default:
                using (NewDisposeScope())
                {
                    var known = builder.Build(task, zeros([1, 3, geometry.Frames, geometry.Height, geometry.Width])).KnownPixels;
                    return new TaskBaseline("edge-fill", new EdgeFill(known).Apply);
                }
        }
    }

    /// <summary>The baseline's clips for real clips [B, 3, T, H, W] in [0, 1]; it looks only at what the task gives.</summary>
    public Tensor Compute(Tensor clips)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        return _compute(clips).MoveToOuterDisposeScope();
    }
}
