namespace GlobalGateway.ControlPlane.Api;

/// <summary>Keeps what is answered, for who has to see all of it before any of it goes out.</summary>
internal static class BufferedBody
{
    /// <returns>The body, read from its beginning; the response is as it was, with nothing written.</returns>
    public static async Task<MemoryStream> OfAsync(HttpContext context, RequestDelegate next)
    {
        var original = context.Response.Body;
        var kept = new MemoryStream();
        context.Response.Body = kept;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = original;
        }

        kept.Position = 0;
        return kept;
    }
}
