using Magvit.Web.Compare;
using Xunit;

namespace Magvit.Web.Tests.Compare;

public sealed class CompareLinkTests
{
    [Fact]
    public void Read_WhatOfWrote_IsTheSameClips()
    {
        Guid[] clips = [.. Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7())];
        Assert.Equal(clips, CompareLink.Read("http://localhost" + CompareLink.Of(clips) + "&view=wipe&frame=3"));
    }

    [Fact]
    public void Read_Nonsense_LeavesItOut_AndTakesFourAtMost()
    {
        Guid[] clips = [.. Enumerable.Range(0, 6).Select(_ => Guid.CreateVersion7())];
        Assert.Equal(clips[..4], CompareLink.Read($"http://localhost/compare?clips=x,{clips[0]},{string.Join(',', clips)},"));
        Assert.Empty(CompareLink.Read("http://localhost/compare"));
    }
}
