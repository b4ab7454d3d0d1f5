using TorchSharp.Extensions;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Torch.Tests;

// Counts are of the whole process: nothing else may run beside these tests.
[CollectionDefinition(nameof(LifetimeTests), DisableParallelization = true)]
[Collection(nameof(LifetimeTests))]
public class LifetimeTests
{
    [Fact]
    public void TensorCount_AfterThousandsOfPassesAndExceptions_IsWhatItWas()
    {
        using var network = nn.Linear(8, 8);
        using var optimizer = optim.AdamW(network.parameters());
        Pass(fails: true);
        Collect();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 3000; i++)
        {
            Pass(fails: i % 20 == 0);
        }

        Collect();
        Assert.Equal(before, Tensor.TotalCount);

        void Pass(bool fails)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = network.forward(ones([4, 8])).square().mean();
            loss.backward();
            optimizer.step();
            if (fails)
            {
                Assert.Throws<TorchException>(() => loss.view(7, 7));
                Assert.Throws<TorchException>(() => cat([ones([1, 2]), ones([2, 1, 1])]));
            }
        }
    }

    [Fact]
    public void TensorCount_AfterModulesMovedTrainedAndDisposed_IsWhatItWas()
    {
        Life();
        Collect();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 200; i++)
        {
            Life();
        }

        Collect();
        Assert.Equal(before, Tensor.TotalCount);

        static void Life()
        {
            using var scope = NewDisposeScope();
            using var network = nn.Linear(8, 8);
            using var twin = nn.Linear(8, 8);
            network.to(float64).to(CPU, float32);
            twin.load_state_dict(network.state_dict());
            using var optimizer = optim.AdamW([new AdamW.ParamGroup(network.parameters(), new AdamW.Options { weight_decay = 0.1 })], lr: 0.1);
            using var generator = new Generator(1);
            FusedOperators.gelu_tanh(network.forward(rand([4, 8], generator: generator))).sum().backward();
            nn.utils.clip_grad_norm_(optimizer.parameters(), 1);
            optimizer.step();
            Assert.All(optimizer.state_dict().State, s => Assert.Equal(1, ((AdamW.State)s).step));
            Assert.Throws<ArgumentException>(() => twin.load_state_dict(new Dictionary<string, Tensor> { ["weight"] = ones([1]) }));
            Assert.Null(Devices.Control.Memory(CPU));
        }
    }

    [Fact]
    public void DisposeScope_NestedWithMoves_KeepsOnlyWhatWasMovedOut()
    {
        Tensor kept, dropped, detached;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                kept = ones([1]).MoveToOuterDisposeScope();
                dropped = ones([1]);
                detached = ones([1]).DetachFromDisposeScope();
            }

            Assert.False(kept.IsInvalid);
            Assert.True(dropped.IsInvalid);
        }

        Assert.True(kept.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
    }

    [Fact]
    public async Task Operators_FromManyThreads_GiveRightResultsAndLeakNothing()
    {
        Collect();
        var before = Tensor.TotalCount;
        var sums = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() =>
        {
            double sum = 0;
            for (var i = 0; i < 500; i++)
            {
                using var scope = NewDisposeScope();
                sum += (full([16], n) + ones([16])).sum().ToDouble();
            }

            return sum;
        }, TestContext.Current.CancellationToken)));
        Assert.Equal(Enumerable.Range(0, 8).Select(n => 500.0 * 16 * (n + 1)), sums);
        Collect();
        Assert.Equal(before, Tensor.TotalCount);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
