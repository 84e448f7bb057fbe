using System.Globalization;
using GlobalGateway.Stores.Budgets;
using GlobalGateway.Stores.Fleets;
using GlobalGateway.Testing.Fleets;
using Shouldly;
using Xunit;

namespace GlobalGateway.Stores.RedisUse;

/// <summary>How often an edge goes to Redis for one busy key that has a budget and a rate limit, counted at the server.</summary>
[Collection(StoresCollection.Name)]
public sealed class HotKeyTests(StoresFleet fleet, ITestOutputHelper output)
{
    private const int Clients = 16;
    private const int WarmUp = 1_000;
    private const int Requests = 5_000;
    private const int RequestsPerCall = 50;

    /// <summary>Sent to look after a connection, whatever the key does.</summary>
    private static readonly string[] Upkeep = ["ping", "info", "client", "client|setname", "config|get", "subscribe", "echo", "cluster", "hello", "auth"];

    [Fact]
    public async Task HotKey_OfOneEdge_CostsOneCallInFiftyRequestsOrLess()
    {
        Assert.SkipWhen(StoresFleet.Missing is not null, StoresFleet.Missing ?? "");
        const string region = "us-east";
        await fleet.HealAsync(TimeSpan.FromSeconds(60));
        await fleet.AnswerWithinAsync(TimeSpan.Zero);
        await SpendAsync(WarmUp, region);
        var before = await RedisCommand.CallsAsync(fleet.RedisPort(region));

        await SpendAsync(Requests, region);

        var after = await RedisCommand.CallsAsync(fleet.RedisPort(region));
        var calls = after.Where(command => !Upkeep.Contains(command.Key))
            .Select(command => (command.Key, Count: command.Value - before.GetValueOrDefault(command.Key))).Where(command => command.Count > 0).ToArray();
        var said = string.Create(CultureInfo.InvariantCulture, $"{Requests} requests: {string.Join(", ", calls.Select(call => $"{call.Count} {call.Key}"))}");
        output.WriteLine(said);
        // Calls that a script makes within the server are counted there, too; they cost no way to it.
        calls.Where(call => call.Key is "eval" or "evalsha" or "fcall" or "script|load").Sum(call => call.Count).ShouldBeInRange(1, Requests / RequestsPerCall, said);
    }

    private async Task SpendAsync(int requests, string region)
    {
        using var clients = new ChatClients(requests, fleet.Edge(region)) { Key = StoresFleet.KeyOf(TestBudgets.HotKey) };
        await clients.RunAsync(Clients);
        clients.Answered.Count.ShouldBe(requests, clients.Describe());
    }
}
