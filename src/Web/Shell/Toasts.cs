namespace Magvit.Web.Shell;

/// <summary>Short news at the edge of the page, with one way to take back what was just done.</summary>
public sealed class Toasts
{
    /// <summary>Is raised when there is something to show.</summary>
    internal event Action<Toast>? Shown;

    /// <summary>Shows a sentence, and a button when something can be taken back.</summary>
    public void Show(string text, string? action = null, Func<Task>? onAction = null) => Shown?.Invoke(new Toast(text, action, onAction));

    internal sealed record Toast(string Text, string? Action, Func<Task>? OnAction);
}
