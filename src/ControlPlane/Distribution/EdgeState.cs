namespace GlobalGateway.ControlPlane.Distribution;

/// <summary>What the fleet knows of one edge at this moment.</summary>
/// <param name="Report">What it last said, to whichever control plane holds its stream.</param>
/// <param name="Age">Since it was heard, wherever.</param>
/// <param name="Away">Since it counts as gone; zero while it is there.</param>
/// <param name="WrittenAt">The store's revision of another control plane's report; above all of them for an edge whose stream is here.</param>
public sealed record EdgeState(EdgeReport Report, TimeSpan Age, TimeSpan Away, long WrittenAt = long.MaxValue)
{
    /// <summary>Its stream is open and it was heard within <see cref="Contracts.Fleet.FleetProtocol.SilenceMax"/>.</summary>
    public bool Connected => Report.Connected && Age <= Contracts.Fleet.FleetProtocol.SilenceMax;
}
