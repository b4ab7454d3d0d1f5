using System.ComponentModel.DataAnnotations;

namespace Magvit.Web.Access;

/// <summary>What the sign-in form sends.</summary>
internal sealed class SignInInput
{
    [Required(ErrorMessage = "Enter your e-mail address.")]
    [EmailAddress(ErrorMessage = "This is not an e-mail address.")]
    public string Email { get; set; } = "";

    [Required(ErrorMessage = "Enter your password.")]
    public string Password { get; set; } = "";

    public bool Remember { get; set; } = true;
}
