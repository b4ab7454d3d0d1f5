using Magvit.Model.Tokenizer;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Tokenizer;

public class PaddedConv3dTests
{
    // bfloat16 takes another way than float32 to the same border; and one frame alone has nothing to mirror, so it is repeated.
    [Theory]
    [InlineData(4, ScalarType.Float32)]
    [InlineData(4, ScalarType.BFloat16)]
    [InlineData(1, ScalarType.Float32)]
    public void Reflect_SumKernel_SeesTheNeighboursMirrored(int frames, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var conv = new PaddedConv3d(1, 1, new ConvKernel(3, 3), bias: false, ConvPadding.Reflect);
        conv.Weight.zero_();
        conv.Weight[0, 0, 0, 1, 1] = tensor(1.0f);                                 // the frame before
        conv.Weight[0, 0, 1, 1, 2] = tensor(1.0f);                                 // the column to the right
        var x = arange(frames * 16, float32).view(1, 1, frames, 4, 4).to(type);
        var y = conv.forward(x).to(float32);

        float At(int t, int row, int column) => t * 16 + row * 4 + column;
        for (var t = 0; t < frames; t++)
        {
            var before = frames == 1 ? 0 : t == 0 ? 1 : t - 1;
            Assert.Equal(At(before, 1, 2) + At(t, 1, 3), y[0, 0, t, 1, 2].ToSingle());
            Assert.Equal(At(before, 1, 3) + At(t, 1, 2), y[0, 0, t, 1, 3].ToSingle());             // right of the edge lies column 2 again
        }
    }

    // Norm, swish and edge are one operator; neither it nor its gradients are further from the exact ones than those of the layers one by one.
    [Theory]
    [InlineData(ConvPadding.Zero, 3, 4)]
    [InlineData(ConvPadding.Reflect, 3, 4)]
    [InlineData(ConvPadding.Reflect, 1, 4)]
    [InlineData(ConvPadding.Reflect, 3, 1)]
    public void AfterSwish_BFloat16_AgreesWithTheLayersOneByOne(ConvPadding padding, int frames, int height)
    {
        using var scope = NewDisposeScope();
        using var norm = new ClipNorm(64);
        using var conv = new PaddedConv3d(64, 32, new ConvKernel(3, 3), bias: true, padding);
        var clip = randn([2, 64, frames, height, 5]) * 2 + 1;
        Tensor[] Run(ScalarType type, Func<Tensor, Tensor> layers)
        {
            var input = clip.to(type).clone().requires_grad_();
            norm.zero_grad();
            var y = layers(input).to(float32);
            y.square().sum().backward();
            return [y, input.grad!.to(float32), .. norm.parameters().Select(p => p.grad!.clone())];
        }

        var exact = Run(float32, x => conv.AfterSwish(norm, x));
        var single = Run(bfloat16, x => conv.forward(nn.functional.silu(norm.forward(x))));
        var fused = Run(bfloat16, x => conv.AfterSwish(norm, x));

        Assert.True(fused[0].ne(single[0]).any().ToBoolean(), "both ways are one: the test proves nothing");
        for (var i = 0; i < exact.Length; i++)
        {
            Assert.InRange((fused[i] - exact[i]).norm().ToDouble(), 0, 1.2 * (single[i] - exact[i]).norm().ToDouble());
        }
    }

    [Fact]
    public void Weights_AtTheStart_HaveVarianceOneOverFanIn()
    {
        using var scope = NewDisposeScope();
        using var conv = new PaddedConv3d(64, 64, new ConvKernel(3, 3), bias: true, ConvPadding.Zero);
        var fanIn = 64 * 27;
        Assert.Equal(1, conv.Weight.square().mean().ToDouble() * fanIn, 2e-2);     // 110,592 draws: 0.4% standard error
        Assert.InRange(conv.Weight.abs().max().ToDouble() * Math.Sqrt(fanIn), 0, 2 / 0.8796 + 1e-3);
    }

    // From the small clip where nobody asks for gradients, else from the large one: the same to bfloat16's rounding, and in float32 to the bit.
    [Theory]
    [InlineData(ConvPadding.Reflect, true)]
    [InlineData(ConvPadding.Reflect, false)]
    [InlineData(ConvPadding.Zero, true)]
    public void AfterRepeating_EqualsTheConvolutionOfTheRepeatedClip(ConvPadding padding, bool temporal)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var layer = new PaddedConv3d(32, 32, new ConvKernel(3, 3), bias: true, padding) { DoublesTime = temporal };
        var clip = randn([2, 32, 3, 4, 5]);
        var expected = layer.forward(Resampling.Up(clip, temporal));
        Assert.Equal([2, 32, temporal ? 6 : 3, 8, 10], expected.shape);
        Assert.True(layer.AfterRepeating(clip).eq(expected).all().ToBoolean());
        using (no_grad())
        {
            Assert.True(layer.AfterRepeating(clip).eq(expected).all().ToBoolean());
        }

        var low = clip.to(bfloat16);
        var recorded = layer.AfterRepeating(low);
        Assert.True(recorded.requires_grad);
        Assert.True(recorded.eq(layer.forward(Resampling.Up(low, temporal))).all().ToBoolean());
        using var _ = no_grad();
        var small = layer.AfterRepeating(low);
        Assert.InRange(((small.to(float32) - expected).norm() / expected.norm()).ToDouble(), 1e-4, 0.008);
        layer.Freeze(bfloat16);
        Assert.True(layer.AfterRepeating(low).eq(small).all().ToBoolean(), "frozen");
    }

    [Fact]
    public void AfterRepeating_LayerOfOtherClips_Throws()
    {
        using var layer = new PaddedConv3d(4, 4, new ConvKernel(3, 3), bias: true, ConvPadding.Zero);
        Assert.Throws<InvalidOperationException>(() => layer.AfterRepeating(zeros([1, 4, 1, 2, 2])));
    }
}
