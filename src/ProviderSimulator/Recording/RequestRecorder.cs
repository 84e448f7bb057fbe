using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Hosting;
using Microsoft.AspNetCore.Http;

namespace GlobalGateway.ProviderSimulator.Recording;

/// <summary>Keeps the latest requests; bounded in number and in bytes of bodies.</summary>
internal sealed partial class RequestRecorder(int capacity)
{
    public const int BodyBytesMax = 256 * 1024;
    public const int AllBodiesBytesMax = 64 * 1024 * 1024;
    private const int CredentialsMax = 1024;

    private static readonly HashSet<string> Secret = new(StringComparer.OrdinalIgnoreCase) { "authorization", "x-api-key", "api-key", "x-goog-api-key", "proxy-authorization", "cookie" };

    private readonly Lock _gate = new();
    private readonly Queue<RecordedRequest> _kept = new();
    private readonly ConcurrentDictionary<string, Credential> _credentials = new();
    private long _sequence;
    private long _bodiesBytes;

    public Credential? Describe(string? key)
    {
        if (string.IsNullOrEmpty(key))
        {
            return null;
        }
        if (_credentials.TryGetValue(key, out var known))
        {
            return known;
        }
        var described = new Credential(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))), key.Length > 4 ? key[^4..] : "");
        if (_credentials.Count < CredentialsMax)
        {
            _credentials.TryAdd(key, described);
        }
        return described;
    }

    public RecordedRequest? Record(HttpContext context, ConnectionGate? connection, int connectionRequest, Operation endpoint, Credential? credential, byte[] body, string requestId)
    {
        if (capacity == 0)
        {
            return null;
        }
        var request = context.Request;
        var headers = new KeyValuePair<string, string>[request.Headers.Count];
        var at = 0;
        foreach (var (name, value) in request.Headers)
        {
            headers[at++] = new(name, Secret.Contains(name) ? "redacted" : value.ToString());
        }
        var record = new RecordedRequest
        {
            Sequence = Interlocked.Increment(ref _sequence),
            Time = DateTimeOffset.UtcNow,
            RequestId = requestId,
            Provider = endpoint.Vendor.Name,
            Endpoint = endpoint.Name,
            Method = request.Method,
            Path = request.Path.Value ?? "",
            Query = request.QueryString.HasValue ? KeyInQuery().Replace(request.QueryString.Value!, "$1redacted") : "",
            Protocol = request.Protocol,
            ConnectionId = context.Connection.Id,
            ConnectionRequest = connection is null ? 0 : connectionRequest,
            Headers = headers,
            Credential = credential,
            Body = body.Length > BodyBytesMax ? body[..BodyBytesMax] : body,
            BodyBytes = body.Length,
        };
        lock (_gate)
        {
            _kept.Enqueue(record);
            _bodiesBytes += record.Body.Length;
            while (_kept.Count > capacity || _bodiesBytes > AllBodiesBytesMax)
            {
                _bodiesBytes -= _kept.Dequeue().Body.Length;
            }
        }
        return record;
    }

    [GeneratedRegex("([?&]key=)[^&]*", RegexOptions.IgnoreCase)]
    private static partial Regex KeyInQuery();

    public IReadOnlyList<RecordedRequest> Snapshot()
    {
        lock (_gate)
        {
            return [.. _kept];
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _kept.Clear();
            _bodiesBytes = 0;
        }
    }
}
