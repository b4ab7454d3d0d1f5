using Magvit.Domain.Generation;

namespace Magvit.Web.Api;

/// <summary>The problem documents (RFC 9457) of the API: what is wrong and what to do.</summary>
internal static class Problems
{
    public static IResult Invalid(IReadOnlyList<GenerationProblem> problems) => Results.Problem(
        title: "The request is not valid",
        detail: string.Join(" ", problems.Select(problem => problem.Message)),
        statusCode: StatusCodes.Status400BadRequest,
        extensions: new Dictionary<string, object?> { ["errors"] = problems });

    public static IResult Invalid(string field, string message, params IReadOnlyList<string> allowed) =>
        Invalid([new GenerationProblem(field, message, allowed)]);

    public static IResult NotFound(string what) => Results.Problem(
        title: "Not found", detail: $"There is no {what} with this id in your workspace.", statusCode: StatusCodes.Status404NotFound);

    public static IResult Conflict(string detail) => Results.Problem(
        title: "Not possible now", detail: detail, statusCode: StatusCodes.Status409Conflict);

    public static IResult TooLarge(long maxBytes) => Results.Problem(
        title: "The file is too large",
        detail: $"Files may have at most {maxBytes >> 20} MiB. Cut the video to the part that you need and upload that.",
        statusCode: StatusCodes.Status413PayloadTooLarge);

    public static IResult Unusable(string detail) => Results.Problem(
        title: "The file cannot be used", detail: detail, statusCode: StatusCodes.Status422UnprocessableEntity);
}
