namespace GlobalGateway.LocalFleet.Processes;

/// <summary>One process, told apart from a later one with the same number.</summary>
public sealed record ProcessIdentity(int Pid, long StartMark)
{
    public bool IsAlive => ProcessTable.StartMark(Pid) == StartMark;

    public static ProcessIdentity Current { get; } = new(Environment.ProcessId, ProcessTable.StartMark(Environment.ProcessId) ?? 0);
}
