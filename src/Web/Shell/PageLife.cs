namespace Magvit.Web.Shell;

/// <summary>
/// The time for which a page is open. News and answers can come in after it was left; they find the token cancelled and are dropped.
/// </summary>
internal sealed class PageLife
{
    private readonly Action _end;

    public PageLife()
    {
        // The source has no timer, so there is nothing to dispose, and the token stays good for those who come late.
        var source = new CancellationTokenSource();
        (Token, _end) = (source.Token, source.Cancel);
    }

    /// <summary>Is cancelled when the page is left.</summary>
    public CancellationToken Token { get; }

    /// <summary>The page was left.</summary>
    public void End() => _end();

    /// <summary>Does something unless, or until, the page is left.</summary>
    public async Task WhileOpenAsync(Func<Task> work)
    {
        if (Token.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await work();
        }
        catch (OperationCanceledException) when (Token.IsCancellationRequested)
        {
            // The page was left meanwhile.
        }
    }
}
