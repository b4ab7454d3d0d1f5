using System.Text;
using Magvit.Model.Checkpoints;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Checkpoints;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-safetensors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WriteRead_SeveralTypes_AreEqualAndMetadataSurvives()
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(_folder, "a.safetensors");
        SafeTensors.Write(path, new Dictionary<string, Tensor>
        {
            ["b.weight"] = tensor(new float[] { 1.5f, -2, 3, 4 }, [2, 2]),
            ["a"] = tensor(new long[] { 7, long.MaxValue }),
            ["scalar"] = tensor(3.25f),
        }, new Dictionary<string, string> { ["step"] = "12" });
        var (tensors, metadata) = SafeTensors.Read(path);
        Assert.Equal([1.5f, -2, 3, 4], tensors["b.weight"].data<float>().ToArray());
        Assert.Equal([2L, 2L], tensors["b.weight"].shape);
        Assert.Equal([7, long.MaxValue], tensors["a"].data<long>().ToArray());
        Assert.Equal(3.25f, tensors["scalar"].item<float>());
        Assert.Equal("12", metadata["step"]);
        Assert.Single(Directory.GetFiles(_folder));                                // no temporary file stays
    }

    // The layout of the format's own description: https://github.com/huggingface/safetensors, "Format".
    [Fact]
    public void Read_FileMadeByHand_FollowsTheFormat()
    {
        using var scope = NewDisposeScope();
        var header = Encoding.UTF8.GetBytes("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""");
        var path = Path.Combine(_folder, "hand.safetensors");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. header, .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(-1f)]);
        Assert.Equal([1f, -1f], SafeTensors.Read(path).Tensors["x"].data<float>().ToArray());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(40)]
    [InlineData(-4)]
    public void Read_TruncatedFile_SaysSo(int length)
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(_folder, "cut.safetensors");
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["x"] = ones([100]) });
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(length < 0 ? bytes.Length + length : length)]);
        var exception = Assert.Throws<InvalidDataException>(() => SafeTensors.Read(path));
        Assert.Contains("cut.safetensors", exception.Message, StringComparison.Ordinal);
    }
}
