namespace GlobalGateway.Testing.Wire;

/// <summary>What can happen to a connection below HTTP.</summary>
public enum WireFault
{
    None,

    /// <summary>FIN.</summary>
    Cut,

    /// <summary>RST.</summary>
    Reset,

    /// <summary>No further byte, and nothing closed.</summary>
    Stall,
}

/// <summary>A fault at one byte of the response on each connection that carries one while the plan holds.</summary>
public sealed class WirePlan(WireFault fault, long offset)
{
    private long _seen;
    private int _fired;

    public WireFault Fault => fault;

    /// <summary>Bytes of the response that pass before it.</summary>
    public long Offset => offset;

    /// <summary>Bytes of responses that passed.</summary>
    public long Seen => Volatile.Read(ref _seen);

    /// <summary>How often it happened.</summary>
    public int Fired => Volatile.Read(ref _fired);

    internal void Pass(int bytes) => Interlocked.Add(ref _seen, bytes);

    internal void Fire() => Interlocked.Increment(ref _fired);
}

/// <summary>How a server is gone.</summary>
public enum Darkness
{
    /// <summary>It is there.</summary>
    None,

    /// <summary>Nobody listens.</summary>
    Refuses,

    /// <summary>Connections are reset as soon as they carry a request.</summary>
    Resets,

    /// <summary>Connections are taken and nothing is said.</summary>
    Silent,
}
