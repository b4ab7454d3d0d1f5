using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>The browser of the tests: the system's Chromium without a window.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly List<IPage> Pages = [];

    private readonly List<(object? Test, IBrowserContext Context)> _open = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The pages of the test that runs; tests run one at a time.</summary>
    internal static IReadOnlyList<IPage> OpenPages => [.. Pages.Where(page => !page.IsClosed)];

    public async ValueTask InitializeAsync()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, "No Chromium is installed; on Debian: apt install chromium.");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Arguments });
    }

    /// <summary>A window of its own: no cookies of others. It is open until the next test opens one.</summary>
    public Task<IPage> OpenAsync(string address, int width = 1280, int height = 860) => OpenAsync(new BrowserNewContextOptions
    {
        BaseURL = address,
        ViewportSize = new ViewportSize { Width = width, Height = height },
    });

    /// <summary>A window of its own on a device.</summary>
    public Task<IPage> OpenAsync(string address, Device device) => device == Device.Phone ? OpenPhoneAsync(address) : OpenAsync(address);

    /// <summary>A phone: 360 x 740, moved by fingers.</summary>
    public Task<IPage> OpenPhoneAsync(string address) => OpenAsync(new BrowserNewContextOptions
    {
        BaseURL = address,
        ViewportSize = new ViewportSize { Width = 360, Height = 740 },
        HasTouch = true,
        IsMobile = true,
        DeviceScaleFactor = 2,
    });

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    private async Task<IPage> OpenAsync(BrowserNewContextOptions options)
    {
        var test = TestContext.Current.Test;
        foreach (var left in _open.Where(one => one.Test != test).ToList())
        {
            _open.Remove(left);
            await left.Context.CloseAsync();
        }

        var context = await _browser!.NewContextAsync(options);
        _open.Add((test, context));
        context.SetDefaultTimeout(120_000);
        var page = await context.NewPageAsync();
        Pages.RemoveAll(old => old.IsClosed);
        Pages.Add(page);
        TellOfComplaints(page);
        return page;
    }

    // What a page complained of stands beside the failure of its test.
    private static void TellOfComplaints(IPage page)
    {
        var output = TestContext.Current.TestOutputHelper;
        page.PageError += (_, error) => Tell($"error: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type is "warning" or "error")
            {
                Tell($"{message.Type}: {message.Text}");
            }
        };

        void Tell(string text)
        {
            try
            {
                output?.WriteLine(text);
            }
            catch (InvalidOperationException)
            {
                // The test has ended; its page says good-bye.
            }
        }
    }
}
