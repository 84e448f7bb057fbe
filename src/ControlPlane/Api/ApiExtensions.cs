using System.Text.Json;
using System.Text.Json.Serialization;
using GlobalGateway.ControlPlane.Api.Routes;
using GlobalGateway.ControlPlane.Audit;
using GlobalGateway.ControlPlane.Hosting;
using GlobalGateway.ControlPlane.Store;
using GlobalGateway.ControlPlane.Store.Leadership;
using GlobalGateway.ControlPlane.Tokens;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.OpenApi;

namespace GlobalGateway.ControlPlane.Api;

/// <summary>The API of a control plane: health openly, everything under <c>/api/v1</c> to holders of a token.</summary>
public static class ApiExtensions
{
    public const string Root = "/api/v1";

    public static IServiceCollection AddApi(this IServiceCollection services) => services
        .AddRoutingCore()
        .AddSingleton<AuditLog>()
        .AddSingleton<TokenBook>()
        .AddSingleton<Idempotency>()
        .AddSingleton<StatusQueries>()
        .Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true)
        .ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
            json.SerializerOptions.MaxDepth = 32;
            json.SerializerOptions.WriteIndented = true;
        })
        .AddOpenApi("v1", document => document
            .AddDocumentTransformer((openApi, _, _) =>
            {
                openApi.Info = new OpenApiInfo { Title = "GlobalGateway control plane", Version = "v1", Description = "What is served where, and the ways to change it." };
                openApi.Servers?.Clear();
                openApi.Components ??= new OpenApiComponents();
                openApi.AddComponent<IOpenApiSecurityScheme>("token", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API token; see gg token." });
                return Task.CompletedTask;
            })
            .AddOperationTransformer((operation, context, _) =>
            {
                if (context.Description.ActionDescriptor.EndpointMetadata.OfType<RequiredRole>().LastOrDefault() is { } required)
                {
                    operation.AddExtension(ApiAccess.DocumentField, new JsonNodeExtension(ApiAccess.Word(required.Role)));
                    operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("token", context.Document)] = [] }];
                }

                return Task.CompletedTask;
            }));

    /// <summary>Adds the API to a listener that answers nothing else.</summary>
    public static void UseApi(this WebApplication app)
    {
        var tokens = app.Services.GetRequiredService<TokenBook>();
        var idempotency = app.Services.GetRequiredService<Idempotency>();
        app.UseRouting();
        var (mirror, keys) = (app.Services.GetRequiredService<StoreMirror>(), app.Services.GetRequiredService<FleetKeys>());
        app.Use((context, next) => GuardAsync(context, next, () => LeaderRecord.Read(mirror.Current.Find(keys.Leader))?.Api));
        app.Use((context, next) => ApiAccess.CheckAsync(context, tokens, next));
        app.Use((context, next) => EntityTags.RunAsync(context, next));
        app.Use((context, next) => idempotency.RunAsync(context, next));
        HealthRoutes.Map(app);
        var api = app.MapGroup(Root);
        StatusRoutes.Map(api);
        TokenRoutes.Map(api);
        AuditRoutes.Map(api);
        ResourceRoutes.Map(api);
        RevisionRoutes.Map(api);
        RolloutRoutes.Map(api);
        RevocationRoutes.Map(api);
        TrustRoutes.Map(api);
        ChangeRoutes.Map(api);
        SourceRoutes.Map(app, api);
        FleetRoutes.Map(api);
        UsageRoutes.Map(api);
        app.MapOpenApi(Root + "/openapi/{documentName}.json").WithMetadata(new RequiredRole(ApiRole.Viewer));
        app.UseEndpoints(_ => { });
        app.Run(NotFoundAsync);
    }

    /// <summary>Limits what is read, and turns what a route throws into a problem.</summary>
    private static async Task GuardAsync(HttpContext context, RequestDelegate next, Func<string?> leader)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>()?.Bytes ?? ApiLimits.BodyBytesMax;
        }

        try
        {
            await next(context);
        }
        catch (BadHttpRequestException problem) when (!context.Response.HasStarted)
        {
            await Problems.WriteAsync(context, problem.StatusCode, problem.InnerException is JsonException json ? $"The body is not as documented: {json.Message}" : problem.Message);
        }
        catch (LeadershipLostException) when (!context.Response.HasStarted)
        {
            var there = leader();
            await Problems.WriteAsync(
                context, StatusCodes.Status421MisdirectedRequest, there is null ? "No control plane leads at present; ask again in a few seconds." : "Only the leading control plane does this.", there);
        }
        catch (StoreException problem) when (!context.Response.HasStarted)
        {
            await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, $"The store does not answer: {problem.Message} Whether a change was made is not known; look before you ask again.");
        }

        if (!context.Response.HasStarted && context.Response.StatusCode is >= 400 and var status && context.Response.ContentLength is null && context.Response.ContentType is null)
        {
            await Problems.WriteAsync(context, status, status switch
            {
                StatusCodes.Status405MethodNotAllowed => $"There is {context.Response.Headers.Allow} here.",
                StatusCodes.Status415UnsupportedMediaType => "Send a body of type application/json.",
                _ => "The request is not as documented; see /api/v1/openapi/v1.json.",
            });
        }
    }

    private static Task NotFoundAsync(HttpContext context) =>
        Problems.WriteAsync(context, StatusCodes.Status404NotFound, "There are /health/live, /health/ready and what /api/v1/openapi/v1.json documents.");
}

/// <summary>How large a body the route reads, where it is not <see cref="ApiLimits.BodyBytesMax"/>.</summary>
public sealed record BodyLimit(long Bytes);
