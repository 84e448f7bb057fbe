using System.Net;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Journal;
using GlobalGateway.Replication.Stores;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Quota;

/// <summary>An edge as its installer sets it up: a ledger folder and a data folder, over several runs.</summary>
public sealed class QuotaHomeTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("gg-home-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Stop_Answered_LeavesUsageAndAWholeJournal()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using (var edge = await StartAsync(upstream))
        {
            (await edge.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
            await edge.StopAsync();
        }

        var usage = new DirectoryUsage(new LedgerFolder(Ledger)).QueryAsync(new UsageQuery(DateTimeOffset.MinValue, DateTimeOffset.MaxValue), TestContext.Current.CancellationToken);
        (await usage.ToListAsync(TestContext.Current.CancellationToken)).ShouldHaveSingleItem().Labels.Tenant.ShouldBe("acme");
        var opened = JournalDevice.Open(Path.Combine(Data, "journal"));
        using var journal = opened.Device;
        opened.Predecessors.ShouldHaveSingleItem().End.ShouldBe(JournalEnd.Whole);
    }

    [Fact]
    public async Task Start_BudgetSpentByAnEarlierRun_RefusesStill()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using (var edge = await StartAsync(upstream))
        {
            (await edge.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
            await edge.StopAsync();
        }

        await using var next = await StartAsync(upstream);

        (await next.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        upstream.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Start_JournalInUse_IsRefused()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await StartAsync(upstream);

        await Should.ThrowAsync<JournalLockedException>(() => StartAsync(upstream));
    }

    [Fact]
    public async Task Start_LedgerFolderHoldsSomethingElse_IsRefused()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        Directory.CreateDirectory(Ledger);
        await File.WriteAllTextAsync(Path.Combine(Ledger, "photo.jpg"), "x", TestContext.Current.CancellationToken);

        await Should.ThrowAsync<LedgerFolderException>(() => StartAsync(upstream));
    }

    [Fact]
    public async Task Report_LedgerTrouble_IsShownWhileItLastsAndLoggedOnce()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await StartAsync(upstream);
        var report = edge.Services.GetRequiredService<LedgerReport>();
        report.WhyDegraded.ShouldBeNull();

        for (var turn = 0; turn < 3; turn++)
        {
            report.Observe("reporting", new LedgerUnavailableException("the disk is away"));
            report.Observe("agent", new LedgerUnavailableException("the lock is away"));
        }

        report.WhyDegraded.ShouldBe("the lock is away");
        await edge.StopAsync();
        await edge.DisposeAsync();
        edge.LogLines.Count(line => line.Contains("ledger_trouble", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Status_BudgetsAndNoLedger_SaysSo()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream) with { Budgets = [BudgetedEdge.Budget("daily", requests: 1)] });

        using var client = new HttpClient();
        var status = await client.GetStringAsync(new Uri($"{edge.ManagementUrl}/status"), TestContext.Current.CancellationToken);

        status.ShouldContain("1 budget(s) are not enforced here: set edge.ledgerDirectory");
    }

    private string Ledger => Path.Combine(_root.FullName, "ledger");

    private string Data => Path.Combine(_root.FullName, "data");

    private Task<EdgeHost> StartAsync(ScriptedUpstream upstream) => EdgeHost.StartAsync(
        TestResources.For(upstream) with { Budgets = [BudgetedEdge.Budget("daily", requests: 1)] },
        options => new EdgeOptions
        {
            Fleet = options.Fleet,
            Region = options.Region,
            Name = options.Name,
            DataDirectory = Data,
            LedgerDirectory = Ledger,
            PublicListen = options.PublicListen,
            ManagementListen = options.ManagementListen,
            CredentialHosts = options.CredentialHosts,
            DrainDelay = options.DrainDelay,
        });
}
