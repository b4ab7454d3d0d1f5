using Magvit.Worker.Generation;
using TorchSharp.Extensions;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Worker.Tests.Generation;

public class ComputeDeviceTests
{
    [Theory]
    [InlineData(null, 0, "cpu")]
    [InlineData("auto", 0, "cpu")]
    [InlineData("auto", 2, "cuda:0")]
    [InlineData("cpu", 2, "cpu")]
    [InlineData("cuda", 1, "cuda:0")]
    [InlineData("cuda:1", 2, "cuda:1")]
    public void Choose_DeviceThatIsThere_GivesIt(string? wanted, int cudaDevices, string expected) =>
        Assert.Equal(expected, ComputeDevice.Choose(wanted, cudaDevices).ToString());

    [Theory]
    [InlineData("cuda", 0, "no CUDA")]
    [InlineData("cuda:2", 2, "auto, cpu, cuda:0, cuda:1")]
    [InlineData("cuda:-1", 2, "cuda:0")]
    [InlineData("tpu", 1, "'tpu'")]
    public void Choose_DeviceThatIsNotThere_SaysWhichAre(string wanted, int cudaDevices, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => ComputeDevice.Choose(wanted, cudaDevices)).Message, StringComparison.Ordinal);

    // As on a processor without products of bytes, and as on one with them.
    [Fact]
    public void Choose_Bytes_IsTheCpuWhereItMultipliesThem()
    {
        if (FusedOperators.packs(int8, CPU))
        {
            Assert.Equal("cpu", ComputeDevice.Choose("cpu-int8", 0).ToString());
        }
        else
        {
            Assert.Contains("AVX-512 VNNI", Assert.Throws<ArgumentException>(() => ComputeDevice.Choose("cpu-int8", 0)).Message, StringComparison.Ordinal);
        }
    }
}
