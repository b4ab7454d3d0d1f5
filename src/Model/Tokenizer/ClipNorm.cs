using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>GroupNorm with 32 groups over (channels of the group, T, H, W), epsilon 1e-6 (spec §2.1), never computed in half precision.</summary>
public sealed class ClipNorm : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-6;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;
    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;
    private readonly long _groups;

    /// <summary>A norm over the given channels; fewer than 32 channels form one group each.</summary>
    public ClipNorm(long channels) : base(nameof(ClipNorm))
    {
        _groups = Math.Min(32, channels);
        _weight = new Parameter(ones([channels]));
        _bias = new Parameter(zeros([channels]));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
    }

    /// <summary>[B, C, T, H, W] to the same shape and type.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return nn.functional.group_norm(input.AtLeastFloat32(), _groups, _weight, _bias, Epsilon).to(input.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Swish of the norm: [B, C, T, H, W] to the same shape and type.</summary>
    public Tensor ThenSwish(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var swish = FusedOperators.fuses(input.dtype, input.device) ? Swish(input, 0, 0) : nn.functional.silu(forward(input));
        return swish.MoveToOuterDisposeScope();
    }

    /// <summary>Swish of the norm with a mirrored edge of so many frames and cells, where <see cref="FusedOperators.fuses"/> allows it.</summary>
    internal Tensor Swish(Tensor input, long frames, long cells) => FusedOperators.norm_swish(input, _weight, _bias, _groups, Epsilon, frames, cells);
}
