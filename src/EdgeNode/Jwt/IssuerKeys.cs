using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Configuration;

namespace GlobalGateway.EdgeNode.Jwt;

/// <summary>
/// One issuer's keys: in memory, and on disk for a start without the issuer. One fetch at a time, however many requests wait for it.
/// Invariants: what is used was fetched at most <see cref="JwtLimits.MaxStale"/> ago; a failed fetch takes nothing away.
/// </summary>
public sealed class IssuerKeys
{
    private readonly Lock _gate = new();
    private readonly string _issuer;
    private readonly string? _jwksUrl;
    private readonly JwksClient _client;
    private readonly TimeProvider _clock;
    private readonly string _path;
    private (KeySet Keys, DateTimeOffset FetchedAt)? _held;
    private Task? _running;
    private long _askedAt;

    public IssuerKeys(string issuer, string? jwksUrl, string directory, JwksClient client, TimeProvider clock)
    {
        (_issuer, _jwksUrl, _client, _clock) = (issuer, jwksUrl, client, clock);
        _path = Path.Combine(directory, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{jwksUrl}"))));
        _held = FromDisk();
    }

    public string Issuer => _issuer;

    /// <summary>Why the last fetch failed; absent after one that did not.</summary>
    public string? Problem { get; private set; }

    /// <summary>Absent when none were ever fetched, or too long ago.</summary>
    public KeySet? Current => _held is { } held && Age(held) <= JwtLimits.MaxStale ? held.Keys : null;

    /// <summary>Whether it is time to fetch them anew.</summary>
    public bool IsDue => MayAsk && (_held is not { } held || Age(held) >= JwtLimits.RefreshEvery);

    private bool MayAsk => _askedAt == 0 || _clock.GetElapsedTime(_askedAt) >= JwtLimits.AskAgainAfter;

    /// <summary>Fetches, joins a fetch that runs, or does nothing where the issuer was asked a moment ago.</summary>
    public Task RefreshAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_running is { IsCompleted: false } running)
            {
                return running;
            }

            if (!MayAsk)
            {
                return Task.CompletedTask;
            }

            _askedAt = _clock.GetTimestamp();

            // It goes on when the request that began it has gone: others wait for it.
            return _running = FetchAsync(cancel);
        }
    }

    private async Task FetchAsync(CancellationToken cancel)
    {
        try
        {
            var json = await _client.FetchAsync(_issuer, _jwksUrl, cancel);
            var keys = KeySet.Parse(json);
            _held = (keys, _clock.GetUtcNow());
            Problem = null;
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            ChecksummedFile.Write(_path, [.. BitConverter.GetBytes(_clock.GetUtcNow().UtcTicks), .. json]);
        }
        catch (Exception problem) when (problem is HttpRequestException or JsonException)
        {
            Problem = $"the keys of {_issuer} cannot be fetched: {problem.Message}";
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Problem = $"the keys of {_issuer} cannot be kept on disk ({problem.GetType().Name})";
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The edge goes down.
        }
        catch (Exception problem)
        {
            // An address that is none, say: one issuer's trouble must not end the edge.
            Problem = $"the keys of {_issuer} cannot be fetched ({problem.GetType().Name})";
        }
    }

    private TimeSpan Age((KeySet Keys, DateTimeOffset FetchedAt) held) => _clock.GetUtcNow() - held.FetchedAt;

    private (KeySet, DateTimeOffset)? FromDisk()
    {
        try
        {
            return ChecksummedFile.Read(_path, JwtLimits.DocumentBytesMax * 2, out _) is { Length: > sizeof(long) } bytes
                ? (KeySet.Parse(bytes.AsMemory(sizeof(long))), new DateTimeOffset(BitConverter.ToInt64(bytes), TimeSpan.Zero))
                : null;
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // As if there were none: they are fetched.
            return null;
        }
    }
}
