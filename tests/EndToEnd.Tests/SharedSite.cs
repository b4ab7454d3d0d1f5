using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>One site and one browser for many test classes: they run one after the other, and what one leaves behind the others see.</summary>
[CollectionDefinition(Name)]
public sealed class SharedSite : ICollectionFixture<Site>, ICollectionFixture<Chromium>
{
    public const string Name = "one site";
}
