using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Testing.Fleets;
using GlobalGateway.Testing.Ledgers;
using Shouldly;
using Xunit;

namespace GlobalGateway.Ledger.Processes;

/// <summary>Three regions as processes and 64 clients who want more than the budget has; an edge is killed every two seconds.</summary>
public sealed class FleetBudgetTests(ITestOutputHelper output)
{
    private const int Clients = 64;
    private const string BudgetId = "fleet-test";

    private static readonly string[] Regions = ["us-east", "eu-west", "ap-south"];
    private static readonly TimeSpan KillEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(10_000, 6_000, false)]
    [InlineData(6_000, 4_000, true)]
    public async Task Budget_WithEdgesKilledAndTheLedgersDiskFull_IsSpentExactly(int requests, int limit, bool loseDisk)
    {
        await using var fleet = new BudgetFleet($$"""
            apiVersion: globalgateway.dev/v1
            kind: Budget
            metadata: { name: {{BudgetId}} }
            spec:
              id: {{BudgetId}}
              appliesTo: { tenant: demo }
              limit: { requests: {{limit}}, tokens: 100M, spend: 1000 USD }
              period: day
            """);
        try
        {
            await fleet.StartAsync();
            using var clients = new ChatClients(requests, [.. Regions.Select(fleet.Edge)]);
            var period = new BudgetCalendar(CalendarUnit.Day).PeriodOf(DateTimeOffset.UtcNow);
            var running = clients.RunAsync(Clients);
            await DisturbAsync(fleet, running, loseDisk);
            await running;
            var called = await CallsAsync(fleet);
            await fleet.Fleet.StopAsync();
            var audit = new LedgerAudit(fleet.Ledger, Regions, new AccountKey(BudgetId, period));
            var (charged, estimated, forced) = await audit.CloseAsync();
            var events = await audit.EventsAsync();
            var said = $"called {called}, charged {charged.Requests}, estimated {estimated.Requests}, forced {forced}, events {events.Count}, flagged {events.Count(usage => usage.Estimated)}; "
                + clients.Describe();
            output.WriteLine(said);

            called.ShouldBeLessThanOrEqualTo(limit, said);
            charged.Requests.ShouldBe(limit, said);
            clients.Answered.Count.ShouldBeLessThanOrEqualTo(called, said);
            if (loseDisk)
            {
                // What that edge had been granted is charged until an operator closes its epochs; nobody knows what became of it.
                forced.ShouldBeGreaterThan(0, said);
                estimated.Requests.ShouldBeGreaterThanOrEqualTo(events.Where(usage => usage.Estimated).Sum(usage => usage.Spend.Requests), said);
            }
            else
            {
                forced.ShouldBe(0, said);
                clients.Answered.ShouldBeSubsetOf(events.Select(usage => usage.Labels.RequestId));
                // In every unit, to the nano-dollar.
                (charged - Sum(events.Where(usage => !usage.Estimated))).ShouldBe(estimated, said);
                Sum(events.Where(usage => usage.Estimated)).ShouldBe(estimated, said);
            }
        }
        finally
        {
            await fleet.DisposeProcessesAsync();
        }
    }

    [Fact]
    public async Task BudgetOfDollars_WithEdgesKilled_IsSpentWithinOneReservationAClient()
    {
        const long Limit = 30_000_000;
        await using var fleet = new BudgetFleet($$"""
            apiVersion: globalgateway.dev/v1
            kind: Budget
            metadata: { name: {{BudgetId}} }
            spec:
              id: {{BudgetId}}
              appliesTo: { tenant: demo }
              limit: { spend: 0.03 USD, tokens: 100M }
              period: day
            """);
        try
        {
            await fleet.StartAsync();
            using var clients = new ChatClients(6_000, [.. Regions.Select(fleet.Edge)]);
            var period = new BudgetCalendar(CalendarUnit.Day).PeriodOf(DateTimeOffset.UtcNow);
            var running = clients.RunAsync(Clients);
            await DisturbAsync(fleet, running, loseDisk: false);
            await running;
            await fleet.Fleet.StopAsync();
            var audit = new LedgerAudit(fleet.Ledger, Regions, new AccountKey(BudgetId, period));
            var (charged, estimated, _) = await audit.CloseAsync();
            var events = await audit.EventsAsync();
            var dearest = events.Where(usage => usage.Estimated).Select(usage => usage.Spend.NanoDollars).DefaultIfEmpty(events.Max(usage => 2 * usage.Spend.NanoDollars)).Max();
            var said = $"charged {charged}, estimated {estimated}, a reservation {dearest}, {events.Count} events; " + clients.Describe();
            output.WriteLine(said);

            charged.NanoDollars.ShouldBeLessThanOrEqualTo(Limit, said);
            charged.NanoDollars.ShouldBeGreaterThanOrEqualTo(Limit - Clients * dearest, said);
            (charged - Sum(events.Where(usage => !usage.Estimated)).Only(BudgetUnits.Spend | BudgetUnits.Tokens)).ShouldBe(estimated, said);
            clients.Answered.ShouldBeSubsetOf(events.Select(usage => usage.Labels.RequestId));
        }
        finally
        {
            await fleet.DisposeProcessesAsync();
        }
    }

    private static SpendVector Sum(IEnumerable<UsageEvent> events) => events.Aggregate(SpendVector.Zero, static (sum, usage) => sum + usage.Spend);

    private async Task DisturbAsync(BudgetFleet fleet, Task running, bool loseDisk)
    {
        for (var turn = 0; !running.IsCompleted; turn++)
        {
            await Task.WhenAny(running, Task.Delay(KillEvery));
            var region = Regions[turn % Regions.Length];
            if (turn == 2)
            {
                fleet.Disk?.Fill();
            }

            await fleet.Fleet.KillAsync(region);
            if (loseDisk && turn == 0)
            {
                Directory.Delete(fleet.JournalOf(region), recursive: true);
            }

            await fleet.Fleet.RestartAsync(region);
            if (turn == 2)
            {
                await Task.WhenAny(running, Task.Delay(KillEvery));
                fleet.Disk?.Empty();
            }
        }

        await fleet.Fleet.WaitReadyAsync(ReadyLimit);
        output.WriteLine(fleet.Disk is null ? "the ledger's disk was not filled: only root can mount one" : "the ledger's disk was full for two seconds");
    }

    // Every request that the simulator got; it numbers them.
    private static async Task<int> CallsAsync(BudgetFleet fleet)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", fleet.Fleet.AdminToken);
        var last = JsonNode.Parse(await http.GetStringAsync(new Uri(fleet.Fleet.SimulatorAddress, "/admin/requests?limit=1")))!["requests"]!.AsArray();
        return last is [{ } request] ? request["sequence"]!.GetValue<int>() : 0;
    }
}
