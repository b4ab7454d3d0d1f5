using Magvit.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Xunit;

namespace Magvit.Web.Tests.Shell;

public sealed class ElementScriptTests
{
    private readonly Browser _browser = new();

    [Fact]
    public async Task Call_ComponentGoneBeforeItsModule_IsNotMade()
    {
        var script = new ElementScript(_browser, "/player.js");
        var call = script.CallAsync("show", 1);
        await script.EndAsync("dispose");
        _browser.Arrive();
        await call;

        Assert.Equal(["import /player.js", "let go"], _browser.Calls);
    }

    [Fact]
    public async Task Call_ComponentGoneWhileItIsAnswered_DoesNotFail()
    {
        var answer = _browser.Answer = new TaskCompletionSource();
        _browser.Arrive();
        var script = new ElementScript(_browser, "/player.js");
        var call = script.CallAsync("show");
        var end = script.EndAsync("dispose");
        answer.SetException(new JSException("Cannot read properties of null"));
        await call;

        await Assert.ThrowsAsync<JSException>(async () => await end);
        Assert.Equal(["import /player.js", "show", "dispose"], _browser.Calls);
    }

    [Fact]
    public async Task Call_Fails_IsTold()
    {
        var answer = _browser.Answer = new TaskCompletionSource();
        _browser.Arrive();
        var call = new ElementScript(_browser, "/player.js").CallAsync("show");
        answer.SetException(new JSException("There is no canvas"));

        Assert.Equal("There is no canvas", (await Assert.ThrowsAsync<JSException>(() => call)).Message);
    }

    [Fact]
    public async Task Call_TwiceBeforeTheModuleIsThere_ImportsOnceAndKeepsTheOrder()
    {
        // As a component does, by the renderer's dispatcher: it alone keeps what waits for the module in order.
        await Dispatcher.CreateDefault().InvokeAsync(async () =>
        {
            var script = new ElementScript(_browser, "/player.js");
            var calls = Task.WhenAll(script.CallAsync("first"), script.CallAsync("second"));
            _browser.Arrive();
            await calls;
            await script.EndAsync("dispose");
        });

        Assert.Equal(["import /player.js", "first", "second", "dispose", "let go"], _browser.Calls);
    }

    [Fact]
    public async Task End_TabGone_IsNoFault()
    {
        _browser.Arrive();
        var script = new ElementScript(_browser, "/player.js");
        await script.CallAsync("show");
        var answer = _browser.Answer = new TaskCompletionSource();
        answer.SetException(new JSDisconnectedException("The circuit is gone"));

        await script.EndAsync("dispose", new ElementReference("1"));

        Assert.Equal(["import /player.js", "show", "dispose"], _browser.Calls);
    }

    /// <summary>Writes down what is called; answers when it is told to.</summary>
    private sealed class Browser : IJSRuntime
    {
        private readonly TaskCompletionSource<IJSObjectReference> _module = new();

        public List<string> Calls { get; } = [];

        public TaskCompletionSource? Answer { get; set; }

        public void Arrive() => _module.SetResult(new Module(this));

        public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
        {
            if (identifier == "import")
            {
                Calls.Add($"import {args![0]}");
                return (TValue)await _module.Task;
            }

            Calls.Add(identifier);
            await (Answer?.Task ?? Task.CompletedTask);
            return default!;
        }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);
    }

    private sealed class Module(Browser browser) : IJSObjectReference
    {
        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => browser.InvokeAsync<TValue>(identifier, args);

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => browser.InvokeAsync<TValue>(identifier, args);

        public ValueTask DisposeAsync()
        {
            browser.Calls.Add("let go");
            return ValueTask.CompletedTask;
        }
    }
}
