using System.Net;
using System.Text.Json;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Upstreams;

namespace GlobalGateway.EdgeNode.Jwt;

/// <summary>Fetches an issuer's keys: only from where the configuration says, or the issuer's own host; no redirects, little, and soon.</summary>
public sealed class JwksClient(EdgeOptions options)
{
    private readonly HttpMessageInvoker _invoker = new UpstreamConnections(JwtLimits.FetchTimeout, options.ConnectTo).Pooled;

    /// <exception cref="HttpRequestException">There are no keys to be had; the message says why and quotes nothing that was sent.</exception>
    public async Task<byte[]> FetchAsync(string issuer, string? jwksUrl, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(JwtLimits.FetchTimeout);
        try
        {
            return await GetAsync(jwksUrl is null ? await DiscoverAsync(new Uri(issuer), timeout.Token) : new Uri(jwksUrl), timeout.Token);
        }
        catch (Exception problem) when (problem is IOException || (problem is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new HttpRequestException(problem is IOException ? "the connection broke" : $"no answer in {JwtLimits.FetchTimeout.TotalSeconds:0} s");
        }
    }

    private async Task<Uri> DiscoverAsync(Uri issuer, CancellationToken cancel)
    {
        var json = await GetAsync(new Uri($"{issuer.AbsoluteUri.TrimEnd('/')}/.well-known/openid-configuration"), cancel);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            return document.RootElement.TryGetProperty("jwks_uri", out var value) && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var keys)
                && keys.Scheme == issuer.Scheme && keys.Host == issuer.Host
                    ? keys
                    : throw new HttpRequestException("its discovery document names no keys on its own host; set jwt.jwksUrl");
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new HttpRequestException("its discovery document is not JSON of that kind");
        }
    }

    private async Task<byte[]> GetAsync(Uri url, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await _invoker.SendAsync(request, cancel);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException($"it answers {(int)response.StatusCode}");
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var bytes = new byte[JwtLimits.DocumentBytesMax + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return length <= JwtLimits.DocumentBytesMax ? bytes[..length] : throw new HttpRequestException($"it sends more than {JwtLimits.DocumentBytesMax / 1024} KiB");
    }
}
