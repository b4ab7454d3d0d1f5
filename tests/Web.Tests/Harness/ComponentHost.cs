using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.HtmlRendering.Infrastructure;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.AspNetCore.Components.Web.HtmlRendering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.JSInterop;

namespace Magvit.Web.Tests.Harness;

/// <summary>Renders one component without a browser, and raises its events. Real interactivity is the business of the browser tests.</summary>
internal sealed class ComponentHost : StaticHtmlRenderer
{
    private HtmlRootComponent? _root;

    private ComponentHost(IServiceProvider services)
        : base(services, NullLoggerFactory.Instance)
    {
    }

    /// <summary>Renders a component and waits until it has nothing more to do.</summary>
    public static async Task<ComponentHost> RenderAsync<TComponent>(IReadOnlyDictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        var services = new ServiceCollection()
            .AddSingleton<IJSRuntime, NoJavaScript>()
            .AddSingleton<NavigationManager, FixedNavigation>()
            .AddSingleton(TimeProvider.System)
            .BuildServiceProvider();
        var host = new ComponentHost(services);
        await host.Dispatcher.InvokeAsync(async () =>
        {
            var root = host.BeginRenderingComponent(typeof(TComponent), ParameterView.FromDictionary(new Dictionary<string, object?>(parameters)));
            await root.QuiescenceTask;
            host._root = root;
        });
        return host;
    }

    /// <summary>What is on the page now.</summary>
    public async Task<IElement> BodyAsync()
    {
        var html = await Dispatcher.InvokeAsync(() => _root!.Value.ToHtmlString());
        return new HtmlParser().ParseDocument(html).Body!;
    }

    /// <summary>Raises an event of the element with an id, or of the first element that listens to it.</summary>
    public Task FireAsync(string name, EventArgs args, string? id = null) => Dispatcher.InvokeAsync(async () =>
    {
        var handler = Find(0, name, id) ?? throw new InvalidOperationException($"No element {id} listens to {name}.");
        await DispatchEventAsync(handler, null, args);
    });

    // OnAfterRender runs too, as it does in a browser.
    protected override Task UpdateDisplayAsync(in RenderBatch renderBatch) => Task.CompletedTask;

    protected override void HandleException(Exception exception) => throw new InvalidOperationException("The component failed.", exception);

    private ulong? Find(int componentId, string name, string? id)
    {
        var frames = GetCurrentRenderTreeFrames(componentId);
        string? elementId = null;
        ulong? handler = null;
        for (var i = 0; i < frames.Count; i++)
        {
            ref var frame = ref frames.Array[i];
            switch (frame.FrameType)
            {
                case RenderTreeFrameType.Element:
                    (elementId, handler) = (null, null);
                    break;
                case RenderTreeFrameType.Component when Find(frame.ComponentId, name, id) is { } found:
                    return found;
                case RenderTreeFrameType.Attribute:
                    elementId = frame.AttributeName == "id" ? frame.AttributeValue as string : elementId;
                    handler = frame.AttributeName == name && frame.AttributeEventHandlerId != 0 ? frame.AttributeEventHandlerId : handler;
                    if (handler is not null && (id is null || elementId == id))
                    {
                        return handler;
                    }

                    break;
            }
        }

        return null;
    }

    private sealed class NoJavaScript : IJSRuntime
    {
        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => default;

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => default;
    }

    private sealed class FixedNavigation : NavigationManager
    {
        public FixedNavigation() => Initialize("http://localhost/", "http://localhost/");
    }
}
