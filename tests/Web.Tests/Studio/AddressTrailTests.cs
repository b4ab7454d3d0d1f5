using Magvit.Web.Studio;
using Xunit;

namespace Magvit.Web.Tests.Studio;

public sealed class AddressTrailTests
{
    [Theory]
    [InlineData("a b", "a", false, "b", true)]
    [InlineData("a b c", "b", false, "c", true)]
    [InlineData("a b", "elsewhere", true, "b", true)]
    [InlineData("a", "a", true, "back", true)]
    [InlineData("", "back", true, "a", true)]
    public void Arrive_AfterGoing_OnlyTheNewestCounts(string gone, string first, bool firstCounts, string second, bool secondCounts)
    {
        var trail = new AddressTrail();
        foreach (var address in gone.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            trail.Go(AddressOf(address));
        }

        Assert.Equal(firstCounts, trail.Arrive(AddressOf(first)));
        Assert.Equal(secondCounts, trail.Arrive(AddressOf(second)));
    }

    private static Uri AddressOf(string name) => new($"http://localhost/studio?task={name}");
}
