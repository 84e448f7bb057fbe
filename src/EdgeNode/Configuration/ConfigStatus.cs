using GlobalGateway.Contracts.Fleet;
using GlobalGateway.EdgeNode.Health;
using GlobalGateway.EdgeNode.Hosting;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>What this edge serves, from where, and when it last heard a control plane.</summary>
public sealed class ConfigStatus(EdgeOptions options, TimeProvider clock) : IDependencyReport
{
    private readonly long _started = clock.GetTimestamp();
    private long _contact;
    private long _storeAge;
    private volatile ServedPointer? _served;
    private volatile string? _controlPlane;
    private volatile string? _lastError;
    private readonly TaskCompletionSource _noneReached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _failures;

    public string Name => "control-plane";

    /// <summary>Absent until the first bundle; one object, so that its parts belong together.</summary>
    public ServedPointer? Served => _served;

    /// <summary>Absent until the first bundle.</summary>
    public string? Revision => _served?.Revision;

    /// <summary>Of the pointer that is served; 0 until the first bundle.</summary>
    public long Sequence => _served?.Sequence ?? 0;

    public bool Connected => _controlPlane is not null;

    /// <summary>Completes when as many attempts have failed as there are control planes.</summary>
    public Task NoneReached => _noneReached.Task;

    /// <summary>The base URL of the control plane that is connected.</summary>
    public string? ControlPlane => _controlPlane;

    /// <summary>Since a control plane was last heard, or since the start when none was.</summary>
    public TimeSpan ContactAge => clock.GetElapsedTime(Volatile.Read(ref _contact) is var contact && contact != 0 ? contact : _started);

    /// <summary>Why the newest pointer was refused or no control plane is reached; absent while all is well.</summary>
    public string? LastError => _lastError;

    public string? WhyDegraded =>
        options.ControlPlanes.Length == 0 ? null
        : ContactAge > FleetProtocol.SilenceMax ? $"config stale: no control plane heard for {ContactAge.TotalSeconds:0} s, serving on{(_lastError is { } why ? $" ({why})" : "")}"
        : _lastError ?? (StoreIsStale ? $"config stale: the control plane has not reached its store for {StoreAge.TotalSeconds:0} s, serving on" : null);

    /// <summary>How long ago the control plane that is connected last reached its store.</summary>
    public TimeSpan StoreAge => TimeSpan.FromTicks(Volatile.Read(ref _storeAge));

    public bool StoreIsStale => Connected && StoreAge > FleetProtocol.SilenceMax;

    public void StoreHeard(TimeSpan age) => Volatile.Write(ref _storeAge, age.Ticks);

    public void Heard(string controlPlane)
    {
        if (_controlPlane is null)
        {
            _lastError = null;
            _controlPlane = controlPlane;
        }

        Volatile.Write(ref _contact, clock.GetTimestamp());
    }

    public void Lost(string why)
    {
        _controlPlane = null;
        _lastError = why;
        StoreHeard(TimeSpan.Zero);
        if (Interlocked.Increment(ref _failures) >= options.ControlPlanes.Length)
        {
            _noneReached.TrySetResult();
        }
    }

    public void Serves(ServedPointer served)
    {
        _served = served;
        _lastError = null;
    }

    public void Refused(string why) => _lastError = why;
}

/// <summary>What is served, as a control plane names it.</summary>
/// <param name="Bundle">The digest of its manifest.</param>
/// <param name="Sequence">Of the pointer.</param>
/// <param name="KeyId">Of the key that signed the pointer.</param>
public sealed record ServedPointer(string Revision, string Bundle, long Sequence, string KeyId);
