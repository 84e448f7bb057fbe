using System.Diagnostics;
using System.Text.Json.Nodes;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Stores.Budgets;
using GlobalGateway.Stores.Fleets;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Stores.Foreign;

/// <summary>What this product wrote, read by a driver that others wrote: both must find the same sums.</summary>
[Collection(StoresCollection.Name)]
public sealed class PythonReadsTests(StoresFleet fleet, ITestOutputHelper output)
{
    private const int Requests = 600;

    /// <summary>Debian's own, which sees Debian's packages whatever else is on the PATH.</summary>
    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Tables_ReadWithDebiansDriver_SayWhatTheProductSays()
    {
        Assert.SkipWhen(StoresFleet.Missing is not null, StoresFleet.Missing ?? "");
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/cassandra"), "python3-cassandra is not installed: apt-get install python3-cassandra");
        var bill = await new BudgetRun(fleet, TestBudgets.Foreign).SpendAsync(Requests, TimeSpan.Zero, static _ => Task.CompletedTask);

        var read = await ReadAsync(TestBudgets.Foreign);
        output.WriteLine($"{bill.Said}; read by python: {read.ToJsonString()}");

        bill.Charged.Requests.ShouldBe(Requests, bill.Said);
        read["entries"]!.GetValue<int>().ShouldBeGreaterThan(0);
        Vector(read, "closed").ShouldBe(bill.Charged);
        Vector(read, "used").ShouldBe(bill.Charged);
        Vector(read, "estimated").ShouldBe(bill.Estimated);
        Vector(read, "measured").ShouldBe(bill.Measured);
        Vector(read, "flagged").ShouldBe(bill.Flagged);
    }

    private async Task<JsonNode> ReadAsync(string budget)
    {
        var script = SourceTree.PathOf("tests", "Stores", "Foreign", "read_ledger.py");
        using var limit = new CancellationTokenSource(Limit);
        using var python = Process.Start(new ProcessStartInfo(Python, [script, fleet.NodeOf(StoresFleet.Regions[0]).Address, StoresFleet.Regions[0], "globalgateway", budget])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var problems = python.StandardError.ReadToEndAsync(limit.Token);
            var text = await python.StandardOutput.ReadToEndAsync(limit.Token);
            await python.WaitForExitAsync(limit.Token);
            python.ExitCode.ShouldBe(0, await problems);
            return JsonNode.Parse(text)!;
        }
        finally
        {
            if (!python.HasExited)
            {
                python.Kill();
            }
        }
    }

    private static SpendVector Vector(JsonNode read, string name) =>
        read[name]!.AsArray().Select(number => number!.GetValue<long>()).ToArray() is [var requests, var tokens, var nanoDollars]
            ? new SpendVector(requests, tokens, nanoDollars)
            : throw new InvalidOperationException($"no {name} in {read.ToJsonString()}");
}
