using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Magvit.Web.Api;

/// <summary>Title, version and the bearer scheme of the OpenAPI document.</summary>
internal sealed class ApiDescription : IOpenApiDocumentTransformer
{
    private const string Scheme = "token";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "MAGVIT",
            Version = "v1",
            Description = "Upload clips, submit generation jobs, watch them, take the results. Errors are RFC 9457 problem documents.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API token (mgv_…) from Settings or ./magvit token create.",
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        return Task.CompletedTask;
    }
}
