using Magvit.Model.Training;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Training;

public sealed class RunDirectoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-run-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The temporary file is a link to the device on which every write fails for want of space.
    [Fact]
    public void SaveCheckpoint_FullDisk_SaysSoAndKeepsTheCheckpointBefore()
    {
        using var scope = NewDisposeScope();
        var run = new RunDirectory(_folder);
        run.SaveCheckpoint(3, new Dictionary<string, Tensor> { ["model.a"] = ones([4]) });
        File.CreateSymbolicLink($"{run.CheckpointPath}.{Environment.ProcessId}.tmp", "/dev/full");

        var exception = Assert.Throws<IOException>(() => run.SaveCheckpoint(4, new Dictionary<string, Tensor> { ["model.a"] = zeros([4]) }));

        Assert.Contains("cannot store step 4", exception.Message, StringComparison.Ordinal);
        Assert.Contains("the checkpoint before it stands", exception.Message, StringComparison.Ordinal);
        var checkpoint = run.ReadCheckpoint()!;
        Assert.Equal(3, checkpoint.Step);
        Assert.Equal(4, checkpoint.Tensors["model.a"].sum().ToDouble());
        Assert.Single(Directory.GetFiles(_folder));                                     // nothing half-written is left

        run.SaveCheckpoint(4, new Dictionary<string, Tensor> { ["model.a"] = zeros([4]) });
        Assert.Equal(4, run.ReadCheckpoint()!.Step);
    }

    [Fact]
    public void ReadCheckpoint_TruncatedFile_SaysSo()
    {
        using var scope = NewDisposeScope();
        var run = new RunDirectory(_folder);
        run.SaveCheckpoint(3, new Dictionary<string, Tensor> { ["model.a"] = ones([4]) });
        var bytes = File.ReadAllBytes(run.CheckpointPath);
        File.WriteAllBytes(run.CheckpointPath, bytes[..^4]);
        Assert.Contains("damaged or truncated", Assert.Throws<InvalidDataException>(() => run.ReadCheckpoint()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadCheckpoint_NewRun_IsNull() => Assert.Null(new RunDirectory(_folder).ReadCheckpoint());
}
