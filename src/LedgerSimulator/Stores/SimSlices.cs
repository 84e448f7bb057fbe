using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;

namespace GlobalGateway.LedgerSimulator.Stores;

/// <summary>A region's Redis: it may be wiped, or replaced by a copy that is behind.</summary>
internal sealed class SimSlices(World world)
{
    private Dictionary<(LogKey, int), Slice> _slices = [];
    private Dictionary<(LogKey, int), Slice> _copy = [];
    private readonly Dictionary<(LogKey, Guid), SpendVector> _leases = [];
    private readonly Dictionary<LogKey, int> _seals = [];
    private int _server = 1;

    /// <summary>Whether the region has slices at all.</summary>
    public bool Enabled { get; set; }

    public bool Load(LogKey log, int epoch, SpendVector amount)
    {
        if (world.Mutant == Mutant.LoadRetried && _slices.TryGetValue((log, epoch), out var known))
        {
            _slices[(log, epoch)] = known with { Left = amount };
        }

        _slices.TryAdd((log, epoch), new Slice(amount, _server));
        return true;
    }

    public bool Has(LogKey log, int epoch) => _slices.ContainsKey((log, epoch));

    public SliceLease Take(LogKey log, int epoch, Guid lease, SpendVector want)
    {
        if (!_slices.TryGetValue((log, epoch), out var slice) || slice.Server != _server && world.Mutant != Mutant.NoToken)
        {
            return default;
        }

        var isSealed = _seals.GetValueOrDefault(log);
        if (epoch <= isSealed)
        {
            return new SliceLease(default, isSealed);
        }

        var taken = SpendVector.Min(slice.Left, want);
        if (!_leases.TryAdd((log, lease), taken))
        {
            return new SliceLease(_leases[(log, lease)], isSealed);
        }

        _slices[(log, epoch)] = slice with { Left = slice.Left - taken };
        return new SliceLease(taken, isSealed);
    }

    public bool Seal(LogKey log, int epoch)
    {
        _seals[log] = Math.Max(epoch, _seals.GetValueOrDefault(log));
        return true;
    }

    public void Wipe()
    {
        _slices = [];
        _seals.Clear();
    }

    public void Copy() => _copy = new(_slices);

    /// <summary>A lagging copy takes over: another server, by its replication id.</summary>
    public void Rewind() => (_slices, _server) = (new(_copy), _server + 1);

    private readonly record struct Slice(SpendVector Left, int Server);
}
