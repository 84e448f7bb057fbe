using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Api;

/// <summary>
/// Does a mutation with an <c>Idempotency-Key</c> once: the key is taken in the store before anything is done, and its answer kept for an
/// hour. The same key with another request is an error; the same while the first still runs, too. Secrets in an answer are not kept.
/// </summary>
public sealed class Idempotency(IKeyValueStore store, FleetKeys keys)
{
    public const string Header = "Idempotency-Key";

    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        string? key = context.Request.Headers[Header];
        if (key is null || HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || context.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>() is null)
        {
            await next(context);
            return;
        }

        if (key.Length is 0 or > ApiLimits.IdempotencyKeyLettersMax)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, $"{Header} has 1 to {ApiLimits.IdempotencyKeyLettersMax} letters.");
            return;
        }

        context.Request.EnableBuffering(bufferThreshold: ApiLimits.BodyBytesMax);
        var request = await DigestAsync(context);
        var name = keys.Idempotency(Hash($"{context.Caller()}\n{key}"));
        var lease = await store.GrantLeaseAsync(Kept, context.RequestAborted);
        var taken = await store.CommitAsync(
            new StoreTransaction([StoreCondition.Absent(name)], [new StoreWrite.Put(name, Write(new RememberedAnswer(request, 0, null, [])), lease)]), context.RequestAborted);
        if (!taken.Applied)
        {
            await store.RevokeLeaseAsync(lease, context.RequestAborted);
            await RepeatAsync(context, name, request);
            return;
        }

        using var kept = await BufferedBody.OfAsync(context, next);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError || kept.Length > ApiLimits.RememberedBytesMax)
        {
            // Nothing is known to be done, or too much to keep: the key may be used again.
            await store.RevokeLeaseAsync(lease, CancellationToken.None);
        }
        else
        {
            var body = context.GetEndpoint()!.Metadata.GetMetadata<AnswerIsSecret>() is null ? kept.ToArray() : [];
            await store.CommitAsync(
                new StoreTransaction([], [new StoreWrite.Put(name, Write(new RememberedAnswer(request, context.Response.StatusCode, context.Response.ContentType, body)), lease)]),
                CancellationToken.None);
        }

        await kept.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private async Task RepeatAsync(HttpContext context, string name, string request)
    {
        var remembered = (await store.RangeAsync(StoreQuery.One(name), context.RequestAborted)).Single is { } entry
            ? JsonSerializer.Deserialize(entry.Value, IdempotencyJsonContext.Default.RememberedAnswer)
            : null;
        if (remembered is null || remembered.Status == 0 || remembered.Request != request)
        {
            await Problems.WriteAsync(
                context,
                StatusCodes.Status409Conflict,
                remembered?.Request != request && remembered is not null
                    ? $"This {Header} was used with another request; use a new one."
                    : "The request with this key is still being done, or did not end; ask again in a moment, or look at the audit.");
            return;
        }

        context.Response.StatusCode = remembered.Status;
        context.Response.ContentType = remembered.ContentType;
        context.Response.Headers["Idempotent-Replayed"] = "true";
        await context.Response.Body.WriteAsync(remembered.Body, context.RequestAborted);
    }

    private static async Task<string> DigestAsync(HttpContext context)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}\n"));
        var part = new byte[16 * 1024];
        while (await context.Request.Body.ReadAsync(part, context.RequestAborted) is > 0 and var read)
        {
            hash.AppendData(part.AsSpan(0, read));
        }

        context.Request.Body.Position = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static byte[] Write(RememberedAnswer answer) => JsonSerializer.SerializeToUtf8Bytes(answer, IdempotencyJsonContext.Default.RememberedAnswer);
}

/// <summary>Marks a route whose answer is shown once and never kept.</summary>
public sealed record AnswerIsSecret;

/// <param name="Request">Digest of method, path, query and body.</param>
/// <param name="Status">0 while the request is being done.</param>
internal sealed record RememberedAnswer(string Request, int Status, string? ContentType, byte[] Body);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RememberedAnswer))]
internal sealed partial class IdempotencyJsonContext : JsonSerializerContext;
