using System.Reflection;
using Microsoft.Playwright;
using Xunit;
using Xunit.v3;

namespace Magvit.EndToEnd.Tests;

/// <summary>Beside the failure of a test stands where its pages were and what they showed: what hung is seldom seen a second time.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TellsWhereItEndedAttribute : BeforeAfterTestAttribute
{
    private const string State = """
        () => [...document.querySelectorAll(".studio, .editor, .player, .comparison, .extend-planner, dialog[open]")]
          .map(element => element.cloneNode(false).outerHTML).concat(document.body.innerText.slice(0, 2000)).join("\n")
        """;

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            TellAsync(TestContext.Current.TestOutputHelper!).GetAwaiter().GetResult();
        }
    }

    private static async Task TellAsync(ITestOutputHelper output)
    {
        foreach (var page in Chromium.OpenPages)
        {
            try
            {
                output.WriteLine($"{page.Url}\n{await page.EvaluateAsync<string>(State).WaitAsync(TimeSpan.FromSeconds(10))}");
            }
            catch (Exception error) when (error is PlaywrightException or TimeoutException)
            {
                output.WriteLine($"{page.Url}: {error.Message}");
            }
        }
    }
}
