using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace GlobalGateway.Faults.Clients;

/// <summary>A client without a library: takes the bytes as they come and never asks twice.</summary>
public sealed class PlainClient(HttpClient client) : IDisposable
{
    public PlainClient()
        : this(new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan })
    {
    }

    public bool SpeaksHttp2 => client.DefaultRequestVersion == HttpVersion.Version20;

    /// <summary>One that takes any certificate and speaks HTTP/2 only.</summary>
    public static PlainClient Http2()
    {
#pragma warning disable CA5359 // The server is this process.
        var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true } };
#pragma warning restore CA5359
        return new PlainClient(new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact });
    }

    /// <param name="patience">After this the answer is taken to hang.</param>
    public async Task<ClientAnswer> SendAsync(ClientRequest request, string root, string key, TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        using var limit = new CancellationTokenSource(patience);
        using var message = request.Create(root, key);
        (message.Version, message.VersionPolicy) = (client.DefaultRequestVersion, client.DefaultVersionPolicy);
        using var kept = new MemoryStream();
        var (status, target, calls, end) = (0, default(string), 0, AnswerEnd.Broken);
        try
        {
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            status = (int)response.StatusCode;
            target = response.Headers.TryGetValues("x-gateway-provider", out var providers) ? providers.First() : null;
            calls = response.Headers.TryGetValues("x-gateway-attempts", out var attempts) ? int.Parse(attempts.First(), CultureInfo.InvariantCulture) : 0;
            await response.Content.CopyToAsync(kept, limit.Token);
            end = AnswerEnd.Clean;
        }
        catch (OperationCanceledException)
        {
            end = AnswerEnd.Never;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // What a break is to a client: its library's read throws.
        }

        return new ClientAnswer(status, kept.ToArray(), end, Stopwatch.GetElapsedTime(started)) { Target = target, Calls = calls };
    }

    public void Dispose() => client.Dispose();
}
