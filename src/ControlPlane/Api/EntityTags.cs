using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace GlobalGateway.ControlPlane.Api;

/// <summary>Gives every answer to a GET a tag of its content, and answers 304 to who has it already.</summary>
public static class EntityTags
{
    public static async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }

        using var kept = await BufferedBody.OfAsync(context, next);
        if (context.Response.StatusCode == StatusCodes.Status200OK)
        {
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(kept.GetBuffer().AsSpan(0, (int)kept.Length)))[..32]}\"");
            context.Response.Headers.ETag = tag.ToString();
            context.Response.Headers.CacheControl = "no-cache, private";
            if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                context.Response.ContentLength = null;
                context.Response.ContentType = null;
                return;
            }
        }

        context.Response.ContentLength = kept.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await kept.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }
}
