using System.Collections.Concurrent;
using GlobalGateway.Contracts.Fleet;

namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>Asks the edges that are connected here for the request shapes on their record.</summary>
public sealed class ShapeCollector(FleetHub hub, TimeProvider clock)
{
    public const int ShapesMax = 200_000;

    /// <summary>What has not come by then is left out.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<string, Collection> _running = new(StringComparer.Ordinal);

    /// <summary>Everything that came in time, and the highest spend that any edge knew per budget.</summary>
    public async Task<RecordedTraffic> CollectAsync(CancellationToken cancel)
    {
        var streams = hub.Streams.ToList();
        if (streams.Count == 0)
        {
            return RecordedTraffic.None;
        }

        var nonce = Guid.NewGuid().ToString("N");
        var collection = new Collection(streams);
        _running[nonce] = collection;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(Patience);
            var asked = streams.Select(stream => AskAsync(stream, nonce, collection, patience.Token)).ToList();
            await collection.Complete.WaitAsync(Patience, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancel.ThrowIfCancellationRequested();
            await Task.WhenAll(asked);
            return collection.Result();
        }
        finally
        {
            _running.TryRemove(nonce, out _);
        }
    }

    /// <summary>A part of an answer came; one to nobody's question is dropped.</summary>
    public void Heard(EdgeStream stream, ShapesReport report)
    {
        if (_running.TryGetValue(report.Nonce, out var collection))
        {
            collection.Add(stream, report);
        }
    }

    private static async Task AskAsync(EdgeStream stream, string nonce, Collection collection, CancellationToken cancel)
    {
        try
        {
            await stream.AskForShapesAsync(nonce, cancel);
        }
        catch (Exception problem) when (problem is FleetSocketException or OperationCanceledException)
        {
            collection.Missing(stream);
        }
    }

    private sealed class Collection(IEnumerable<EdgeStream> streams)
    {
        private readonly Lock _gate = new();
        private readonly HashSet<EdgeStream> _open = [.. streams];
        private readonly List<RequestShape> _shapes = [];
        private readonly Dictionary<string, BudgetSpent> _spent = new(StringComparer.Ordinal);
        private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Complete => _complete.Task;

        public void Add(EdgeStream stream, ShapesReport report)
        {
            lock (_gate)
            {
                if (!_open.Contains(stream))
                {
                    return;
                }

                _shapes.AddRange(report.Shapes.Take(Math.Max(0, ShapesMax - _shapes.Count)));
                foreach (var spent in report.Spent ?? [])
                {
                    _spent[spent.Budget] = _spent.TryGetValue(spent.Budget, out var known) && known.NanoDollars > spent.NanoDollars ? known : spent;
                }
            }

            if (report.Last)
            {
                Missing(stream);
            }
        }

        public void Missing(EdgeStream stream)
        {
            lock (_gate)
            {
                if (_open.Remove(stream) && _open.Count == 0)
                {
                    _complete.TrySetResult();
                }
            }
        }

        public RecordedTraffic Result()
        {
            lock (_gate)
            {
                return new RecordedTraffic([.. _shapes], new Dictionary<string, BudgetSpent>(_spent, StringComparer.Ordinal));
            }
        }
    }
}

/// <param name="Spent">By the budgets' ids.</param>
public sealed record RecordedTraffic(IReadOnlyList<RequestShape> Shapes, IReadOnlyDictionary<string, BudgetSpent> Spent)
{
    public static readonly RecordedTraffic None = new([], new Dictionary<string, BudgetSpent>());
}
