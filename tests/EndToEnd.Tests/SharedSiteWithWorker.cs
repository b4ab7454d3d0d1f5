using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>As <see cref="SharedSite"/>, with the real worker.</summary>
[CollectionDefinition(Name)]
public sealed class SharedSiteWithWorker : ICollectionFixture<SiteWithWorkerProcess>, ICollectionFixture<Chromium>
{
    public const string Name = "one site with the real worker";
}
