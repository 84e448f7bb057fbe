namespace GlobalGateway.EdgeNode.Requests;

public static class HttpContextExtensions
{
    /// <summary>The request's feature, set by the first stage.</summary>
    public static GatewayRequest Gateway(this HttpContext context) =>
        context.Features.Get<GatewayRequest>() ?? throw new InvalidOperationException("the telemetry stage has not run");
}
