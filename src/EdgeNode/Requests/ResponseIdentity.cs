namespace GlobalGateway.EdgeNode.Requests;

/// <summary>Headers that every answer carries, whoever made it.</summary>
public static class ResponseIdentity
{
    public static void Write(HttpContext context, GatewayRequest request)
    {
        var headers = context.Response.Headers;
        headers["x-request-id"] = request.Id;
        headers["x-gateway-region"] = request.Region;
    }
}
