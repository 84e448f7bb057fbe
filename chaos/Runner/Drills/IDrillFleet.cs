namespace GlobalGateway.Chaos.Drills;

/// <summary>The fleet that a drill breaks.</summary>
public interface IDrillFleet
{
    Uri EdgeAddress(string region);

    /// <summary>Scripts a fault in the simulated providers.</summary>
    /// <returns>The rule's id.</returns>
    Task<string> AddFaultAsync(string rule, CancellationToken cancellation);

    Task RemoveFaultAsync(string id);

    Task KillAsync(string process);

    Task StopAsync(string process);

    /// <summary>Starts a process that was ended and waits until it is ready.</summary>
    Task StartAgainAsync(string process);
}
