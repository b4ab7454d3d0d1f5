using Magvit.Domain.Workspaces;
using Xunit;

namespace Magvit.Domain.Tests.Workspaces;

public sealed class ActorTests
{
    [Theory]
    [InlineData(MemberRole.Viewer, true, false)]
    [InlineData(MemberRole.Creator, true, true)]
    [InlineData(MemberRole.Creator, false, false)]
    [InlineData(MemberRole.Trainer, false, false)]
    [InlineData(MemberRole.Admin, false, true)]
    public void MayChangeWhatBelongsTo_EachRole_OwnersAndAdministratorsMay(MemberRole role, bool isOwner, bool expected)
    {
        var actor = new Actor(Guid.NewGuid(), Guid.NewGuid(), role);
        Assert.Equal(expected, actor.MayChangeWhatBelongsTo(isOwner ? actor.UserId : Guid.NewGuid()));
    }

    [Fact]
    public void Require_LessThanTheRole_Throws()
    {
        var viewer = new Actor(Guid.NewGuid(), Guid.NewGuid(), MemberRole.Viewer);
        viewer.Require(MemberRole.Viewer);
        Assert.Contains("Creator", Assert.Throws<AccessDeniedException>(() => viewer.Require(MemberRole.Creator)).Message, StringComparison.Ordinal);
    }
}
