namespace GlobalGateway.Cli.Watching;

/// <summary>One edge as its operators see it.</summary>
/// <param name="State"><c>ready</c>, <c>draining</c>, <c>starting</c>, <c>ended</c> or <c>silent</c>.</param>
/// <param name="Note">What is degraded, in a few words; empty when nothing is.</param>
internal sealed record EdgeView(string Region, string Address, string State, string? Revision, TrafficRates Rates, string Note)
{
    public bool IsReady => State == "ready";
}
