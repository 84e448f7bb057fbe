using System.Collections.Concurrent;
using GlobalGateway.ProviderSimulator.Composition;

namespace GlobalGateway.ProviderSimulator.Answers;

/// <summary>Prepared answers by endpoint and exact request bytes, so that a repeated request costs a lookup and a write.</summary>
internal sealed class AnswerCache
{
    private const int EntriesMax = 512;
    private const int RequestBytesMax = 16 * 1024;
    private const int AnswerBytesMax = 256 * 1024;
    private const int FramesMax = 512;

    private sealed record Entry(byte[] Request, string Variant, PreparedAnswer Answer);

    private readonly ConcurrentDictionary<ulong, Entry> _entries = new();

    public (PreparedAnswer Answer, byte[] Request)? Find(string variant, ReadOnlySpan<byte> request)
    {
        return _entries.TryGetValue(KeyOf(variant, request), out var entry) && entry.Variant == variant && request.SequenceEqual(entry.Request)
            ? (entry.Answer, entry.Request)
            : null;
    }

    public void Keep(string variant, byte[] request, PreparedAnswer answer)
    {
        if (answer.DependsOnState || request.Length > RequestBytesMax || answer.Body.Length > AnswerBytesMax || answer.Frames?.Length > FramesMax)
        {
            return;
        }
        // Emptied rather than aged: the few requests of a benchmark come back at once.
        if (_entries.Count >= EntriesMax)
        {
            _entries.Clear();
        }
        _entries[KeyOf(variant, request)] = new Entry(request, variant, answer);
    }

    private static ulong KeyOf(string variant, ReadOnlySpan<byte> request) => Fingerprint.Of(request, (ulong)string.GetHashCode(variant));
}
