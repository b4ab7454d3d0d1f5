using Magvit.Domain.Generation;
using Magvit.Web.Gallery;
using Xunit;

namespace Magvit.Web.Tests.Gallery;

public sealed class GalleryViewTests
{
    [Fact]
    public void ToUrl_FiltersAndAnOpenResult_ComeBack()
    {
        var view = new GalleryView { Task = GenerationTask.FrameInterpolation, Model = "demo-64", Mine = true, Text = "a & b" };
        var open = Guid.CreateVersion7();

        var url = view.ToUrl(open);

        Assert.StartsWith($"/gallery/{open}?", url);
        Assert.Equal(view, GalleryView.FromUrl("http://localhost" + url));
        Assert.True(view.IsFiltered);
    }

    [Fact]
    public void ToFilter_Mine_NamesTheUser()
    {
        var user = Guid.CreateVersion7();

        Assert.Equal(user, new GalleryView { Mine = true }.ToFilter(user).CreatedBy);
        Assert.Null(new GalleryView().ToFilter(user).CreatedBy);
    }
}
