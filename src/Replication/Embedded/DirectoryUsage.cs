using System.Globalization;
using System.Runtime.CompilerServices;
using GlobalGateway.Replication.Stores;
using Microsoft.Win32.SafeHandles;

namespace GlobalGateway.Replication.Embedded;

/// <summary>
/// Usage events in a file per hour and region. Appending does not look for an event that is there already; reading takes the first
/// of each, which is always in the same file as the others.
/// </summary>
public sealed class DirectoryUsage(LedgerFolder folder) : IUsageStore
{
    private const string HourFormat = "yyyy-MM-dd'T'HH";

    private readonly FileTails<long> _ends = new(EmbeddedLimits.TailsMax);

    public async ValueTask AppendAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancel = default)
    {
        foreach (var file in events.GroupBy(usage => PathOf(usage.At, usage.Region)))
        {
            await folder.ChangeAsync(file.Key, () => Append(file.Key, file), cancel);
        }
    }

    public async IAsyncEnumerable<UsageEvent> QueryAsync(UsageQuery query, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var from = HourOf(query.From);
        foreach (var path in folder.Read(() => Files(from, query.Until, query.Region), folder.PathOf("usage")))
        {
            var seen = new HashSet<(string, long)>();
            var position = 0L;
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                var (batch, next) = await Task.Run(() => ReadSome(path, position), cancel);
                foreach (var usage in batch.Where(usage => seen.Add((usage.Incarnation, usage.Sequence)) && Takes(query, from, usage)))
                {
                    yield return usage;
                }

                if (next == position)
                {
                    break;
                }

                position = next;
            }
        }
    }

    private bool Append(string path, IEnumerable<UsageEvent> events)
    {
        using var file = folder.OpenToChange(path);
        var known = _ends.Get(path);
        using var scanner = new FrameScanner(file, known <= RandomAccess.GetLength(file) ? known : 0);
        while (scanner.TryNext(out _))
        {
        }

        scanner.CutTornEnd(path);
        RandomAccess.FlushToDisk(file);
        var end = scanner.Position;
        var record = new FieldWriter();
        foreach (var usage in events)
        {
            UsageBatchRecord.Encode(record, usage);
            if (record.Length >= EmbeddedLimits.UsageBatchBytes)
            {
                end = Keep(file, end, record);
                record = new FieldWriter();
            }
        }

        _ends.Set(path, record.Length > 0 ? Keep(file, end, record) : end);
        return true;
    }

    // Each record on the disk before the next: behind a torn one nothing whole may follow.
    private static long Keep(SafeFileHandle file, long end, FieldWriter record)
    {
        end = Frame.Append(file, end, record.Written);
        RandomAccess.FlushToDisk(file);
        return end;
    }

    private (List<UsageEvent> Events, long Position) ReadSome(string path, long position) =>
        folder.Read<(List<UsageEvent>, long)>(path, ([], position), file =>
        {
            var events = new List<UsageEvent>();
            using var scanner = new FrameScanner(file, position);
            while (scanner.Position - position < EmbeddedLimits.RecordBytesMax && scanner.TryNext(out var record))
            {
                events.AddRange(UsageBatchRecord.Decode(record));
            }

            return (events, scanner.Position);
        });

    private static bool Takes(UsageQuery query, DateTimeOffset from, UsageEvent usage) =>
        usage.At >= from && usage.At < query.Until
        && Is(query.Region, usage.Region) && Is(query.Tenant, usage.Labels.Tenant) && Is(query.Team, usage.Labels.Team)
        && Is(query.Key, usage.Labels.Key) && Is(query.Model, usage.Labels.Model) && Is(query.Provider, usage.Labels.Provider);

    private static bool Is(string? wanted, string? value) => wanted is null || wanted == value;

    // The hours that exist, not those of the query: that may begin at the beginning of time.
    private List<string> Files(DateTimeOffset from, DateTimeOffset until, string? region)
    {
        var root = folder.PathOf("usage");
        if (!Directory.Exists(root))
        {
            folder.EnsurePresent();
            return [];
        }

        var hours = Directory.EnumerateDirectories(root).Where(path =>
            DateTimeOffset.TryParseExact(Path.GetFileName(path), HourFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var hour)
            && hour >= from && hour < until).Order(StringComparer.Ordinal);
        var pattern = (region is null ? "*" : SafeName.Of(region)) + ".events";
        return [.. hours.SelectMany(hour => Directory.EnumerateFiles(hour, pattern).Order(StringComparer.Ordinal))];
    }

    private string PathOf(DateTimeOffset at, string region) =>
        folder.PathOf("usage", at.UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture), SafeName.Of(region) + ".events");

    private static DateTimeOffset HourOf(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero);
}
