using System.Text.Json.Serialization;
using Magvit.Web.Uploads;

namespace Magvit.Web.Api;

/// <summary>What the API needs.</summary>
internal static class ApiServices
{
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            context.ProblemDetails.Detail ??= context.ProblemDetails.Status == StatusCodes.Status404NotFound
                ? "There is no such call. GET /openapi/v1.json lists them."
                : null);
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);
        services.AddOpenApi("v1", options => options.AddDocumentTransformer<ApiDescription>());
        services.AddOptions<UploadOptions>().Bind(configuration.GetSection(UploadOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<UploadStore>();
        services.AddHostedService<UploadCleaner>();
        return services;
    }
}
