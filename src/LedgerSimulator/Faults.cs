namespace GlobalGateway.LedgerSimulator;

/// <summary>Kinds of faults, so that a failing history can be tried with fewer of them.</summary>
[Flags]
internal enum Faults
{
    None = 0,
    Lost = 1 << 0,
    Duplicated = 1 << 1,
    Partitions = 1 << 2,
    Pauses = 1 << 3,
    Skew = 1 << 4,
    Kill = 1 << 5,
    MachineCrash = 1 << 6,
    DiskLoss = 1 << 7,
    Slices = 1 << 8,
    Agents = 1 << 9,
    Unknown = 1 << 10,
    Excess = 1 << 11,
    Config = 1 << 12,
    Rebuild = 1 << 13,
    Time = 1 << 14,
    All = (1 << 15) - 1,
}
