using TorchSharp.Modules;
using TorchSharp.Utils;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Torch.Tests;

public class ModuleTests
{
    [Fact]
    public void StateDict_LoadedIntoTwin_GivesTheSameOutput()
    {
        using var scope = NewDisposeScope();
        using var a = new TwoLayers();
        using var b = new TwoLayers();
        var x = randn([3, 4]);
        Assert.NotEqual(a.forward(x).data<float>().ToArray(), b.forward(x).data<float>().ToArray());
        b.load_state_dict(a.state_dict());
        Assert.Equal(a.forward(x).data<float>().ToArray(), b.forward(x).data<float>().ToArray());
    }

    [Fact]
    public void NamedParameters_NestedModules_AreNamedByPath()
    {
        using var network = new TwoLayers();
        Assert.Equal(["first.weight", "first.bias", "rest.0.weight", "rest.0.bias"], network.named_parameters().Select(p => p.name));
    }

    [Fact]
    public void LoadStateDict_WrongShape_SaysWhichAndHow()
    {
        using var scope = NewDisposeScope();
        using var network = new TwoLayers();
        var state = network.state_dict().ToDictionary(s => s.Key, s => s.Value);
        state["first.weight"] = ones([5, 5]);
        var exception = Assert.Throws<ArgumentException>(() => network.load_state_dict(state));
        Assert.Contains("first.weight: expected [4, 4], got [5, 5]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void To_BFloat16_ConvertsParametersInPlace()
    {
        using var scope = NewDisposeScope();
        using var network = new TwoLayers();
        network.to(bfloat16);
        Assert.All(network.parameters(), p => Assert.Equal(ScalarType.BFloat16, p.dtype));
        Assert.Equal(ScalarType.BFloat16, network.forward(ones([1, 4]).to(bfloat16)).dtype);
    }

    [Fact]
    public void To_WhereItIsAlready_KeepsTheSameParameters()
    {
        using var network = new TwoLayers();
        var before = network.parameters().ToList();
        network.to(CPU).to(float32);
        Assert.All(network.parameters().Zip(before), p => Assert.Same(p.Second, p.First));
    }

    [Fact]
    public void TruncNormal_ManyDraws_StaysWithinTheCutAndHasItsDeviation()
    {
        using var scope = NewDisposeScope();
        var x = nn.init.trunc_normal_(empty([200_000]), 0, 0.02, -0.04, 0.04);
        Assert.InRange(x.abs().max().ToDouble(), 0.0395, 0.04);
        Assert.Equal(0.02 * 0.8796, x.std().ToDouble(), 2e-4);             // a normal cut at two sigma has deviation 0.8796
    }

    [Fact]
    public void RegisterComponents_FieldsWithNames_AreRegisteredUnderThem()
    {
        using var network = new Named();
        Assert.Equal(["weight", "first.weight", "first.bias"], network.named_parameters().Select(p => p.name));
        Assert.Equal(["weight", "first.weight", "first.bias", "scale"], network.state_dict().Keys);
    }

    [Fact]
    public void RegisterModule_NameTaken_Throws()
    {
        using var network = new Named();
        using var other = nn.Linear(1, 1);
        Assert.Throws<InvalidOperationException>(() => network.register_module("first", other));
        Assert.Throws<ArgumentException>(() => network.register_module("a.b", other));
    }

    private sealed class Named : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "first")]
        private readonly Linear _first = nn.Linear(4, 4);

        [ComponentName(Name = "weight")]
        private readonly Parameter _weight = new(ones([4]));

        [ComponentName(Name = "scale")]
        private readonly Tensor _scale = ones([1]);

        public Named() : base(nameof(Named)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _first.forward(input) * _weight * _scale;
    }

    private sealed class TwoLayers : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _first = nn.Linear(4, 4);
        private readonly ModuleList<Linear> _rest = new(nn.Linear(4, 2));

        public TwoLayers() : base(nameof(TwoLayers))
        {
            register_module("first", _first);
            register_module("rest", _rest);
        }

        public override Tensor forward(Tensor input) => _rest[0].forward(_first.forward(input).relu());
    }
}
