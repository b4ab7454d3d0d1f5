using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Magvit.Web.Shell;

/// <summary>
/// The script module behind a component's element. A component can be gone before its module has arrived or a call has been answered; what it
/// still asks for is not done then, and cannot fail in the face of the page that came after it. Calls reach the browser in the order in which the
/// renderer's dispatcher made them.
/// </summary>
/// <param name="js">Calls the browser.</param>
/// <param name="address">Of the module, from the root of the site.</param>
internal sealed class ElementScript(IJSRuntime js, string address)
{
    private Task<IJSObjectReference>? _module;
    private bool _isGone;

    /// <summary>Calls a function of the module, unless the component is gone.</summary>
    /// <exception cref="JSException">The function failed, and the component is still there.</exception>
    public async Task CallAsync(string function, params object?[] values)
    {
        try
        {
            var module = await LoadAsync();
            if (_isGone)
            {
                await module.DisposeAsync();
                return;
            }

            await module.InvokeVoidAsync(function, values);
        }
        catch (Exception) when (_isGone)
        {
            // Its element was taken away meanwhile.
        }
    }

    /// <summary>Asks a function of the module.</summary>
    /// <exception cref="JSException">The function failed; the message is for the user.</exception>
    public async Task<T> AskAsync<T>(string function, CancellationToken cancellationToken, params object?[] values) =>
        await (await LoadAsync()).InvokeAsync<T>(function, cancellationToken, values);

    /// <summary>The component goes. Says good-bye to its element, if that ever had its module.</summary>
    /// <param name="function">The module's function that undoes what was done to the element; <see langword="null"/> when nothing is left to undo.</param>
    /// <param name="root">The element.</param>
    public async ValueTask EndAsync(string? function = null, ElementReference root = default)
    {
        _isGone = true;
        if (_module is not { IsCompletedSuccessfully: true })
        {
            return; // Never asked for, never got, or on its way: who waits for it lets go of it.
        }

        try
        {
            var module = await _module;
            if (function is not null)
            {
                await module.InvokeVoidAsync(function, root);
            }

            await module.DisposeAsync();
        }
        catch (Exception error) when (error is JSDisconnectedException or OperationCanceledException)
        {
            // The tab is gone.
        }
    }

    private Task<IJSObjectReference> LoadAsync() => _module ??= js.InvokeAsync<IJSObjectReference>("import", address).AsTask();
}
