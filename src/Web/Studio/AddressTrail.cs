namespace Magvit.Web.Studio;

/// <summary>The addresses that the page has sent the browser to and that the browser has not told of yet.</summary>
/// <remarks>Two changes in a row are two addresses on their way; while the second is, the first is old news and must not undo it.</remarks>
internal sealed class AddressTrail
{
    private readonly Queue<string> _ahead = new();

    /// <summary>Notes that the browser is sent somewhere.</summary>
    public void Go(Uri address) => _ahead.Enqueue(address.AbsoluteUri);

    /// <summary>Takes the browser's word for where it is.</summary>
    /// <returns>Whether that is the newest the page knows of: its own last address, or one that the user chose.</returns>
    public bool Arrive(Uri address)
    {
        if (!_ahead.Contains(address.AbsoluteUri))
        {
            _ahead.Clear();
            return true;
        }

        while (_ahead.Dequeue() != address.AbsoluteUri)
        {
            // The browser may have left addresses out that were replaced before it came to them.
        }

        return _ahead.Count == 0;
    }
}
