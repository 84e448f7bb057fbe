using System.Text;
using GlobalGateway.EdgeNode.Draining;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Quota.Management;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Telemetry.Prometheus;

namespace GlobalGateway.EdgeNode.Health;

/// <summary>Answers <c>/health/live</c> and <c>/health/ready</c> on both listeners, and everything else of the management listener.</summary>
public sealed class HealthMiddleware(
    RequestDelegate next, EdgeOptions options, SnapshotStore snapshots, DrainState drain, EdgeReport report, BreakerActions breakers,
    BudgetActions budgets, UsageActions usage, PrometheusExporter metrics)
{
    private readonly int _managementPort = new Uri(options.ManagementListen).Port;

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        var management = context.Connection.LocalPort == _managementPort;
        if (!management && !path.StartsWithSegments("/health"))
        {
            return next(context);
        }

        return path.Value switch
        {
            "/health/live" => AnswerAsync(context, 200, "text/plain", "live\n"),
            "/health/ready" when management => AnswerAsync(context, IsReady ? 200 : 503, "application/json", report.Write()),
            "/health/ready" => AnswerAsync(context, IsReady ? 200 : 503, "text/plain", IsReady ? "ready\n" : "not ready\n"),
            "/status" when management => AnswerAsync(context, 200, "application/json", report.Write()),
            "/metrics" when management => AnswerAsync(context, 200, PrometheusExporter.ContentType, metrics.Write()),
            _ when management && path.StartsWithSegments(BreakerActions.Path) => ActAsync(context),
            _ when management && path.StartsWithSegments(BudgetActions.Path) => budgets.RunAsync(context),
            _ when management && path.StartsWithSegments(UsageActions.Path) => usage.RunAsync(context),
            _ => AnswerAsync(context, 404, "text/plain", management ? "there are /health/live, /health/ready, /status, /metrics, /breakers, /budgets and /usage\n" : "not found\n"),
        };
    }

    /// <summary>Has a configuration, can call a target of at least one model or route, and is not going down. A lost shared store does not count.</summary>
    private bool IsReady => !drain.IsDraining && snapshots.Current is { } current
        && (current.Routes.Length > 0 || current.Models.Values.Any(m => m.Near.Concat(m.Far).Any(t => t.Provider.CanCall(t.Endpoint))));

    private async Task ActAsync(HttpContext context)
    {
        var (status, json) = await breakers.RunAsync(context.Request);
        await AnswerAsync(context, status, "application/json", json);
    }

    private static Task AnswerAsync(HttpContext context, int status, string type, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
