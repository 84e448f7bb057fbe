using System.Text.Json;
using System.Text.Json.Serialization;
using GlobalGateway.Cql;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.Replication.Cassandra.Schema;
using GlobalGateway.Replication.Embedded;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Replication.Survey;

namespace GlobalGateway.EdgeNode.Quota;

/// <summary>
/// What an installer asks of the ledger with an edge's own settings, without starting the edge: whether its servers are fit for it,
/// and that its tables be made.
/// </summary>
public static partial class LedgerVerb
{
    public const string Usage = "ledger check [--output json] | ledger migrate [--replication DATACENTRE=FACTOR,…]";

    /// <summary>No node answers within this.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Carries out <c>--config FILE ledger …</c>.</summary>
    /// <returns>The exit code; null when the arguments ask for something else.</returns>
    /// <exception cref="EdgeOptionsException">The arguments or the file are not usable.</exception>
    public static async Task<int?> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        if (args is not ["--config", var path, "ledger", var what, .. var rest])
        {
            return null;
        }

        var options = EdgeOptionsFile.Load(["--config", path]);
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            return (what, rest) switch
            {
                ("check", []) => await CheckAsync(options, output, asJson: false, limit.Token),
                ("check", ["--output", "json"]) => await CheckAsync(options, output, asJson: true, limit.Token),
                ("migrate", []) => await MigrateAsync(options, new Dictionary<string, int>(), output, limit.Token),
                ("migrate", ["--replication", var replication]) => await MigrateAsync(options, Parse(replication), output, limit.Token),
                _ => throw new EdgeOptionsException($"usage: EdgeNode --config FILE.json {Usage}"),
            };
        }
        catch (Exception problem) when (problem is CqlException or TimeoutException or LedgerUnavailableException or LedgerFolderException)
        {
            await errors.WriteLineAsync(problem.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync($"the ledger did not answer within {Limit.TotalMinutes:0} minutes");
            return 1;
        }
    }

    private static async Task<int> CheckAsync(EdgeOptions options, TextWriter output, bool asJson, CancellationToken cancel)
    {
        var checks = await LedgerChecks.RunAsync(options, TimeProvider.System, cancel);
        if (asJson)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(checks, CheckJson.Default.IReadOnlyListStoreCheck));
        }
        else
        {
            foreach (var check in checks)
            {
                var mark = check.Outcome switch { CheckOutcome.Ok => "✓", CheckOutcome.Failed => "✗", _ => "?" };
                await output.WriteLineAsync($"{mark} {check.Name}: {check.Found}{(check.Remedy is { } remedy ? $"{Environment.NewLine}  {remedy}" : "")}");
            }
        }

        return checks.Any(check => check.Outcome == CheckOutcome.Failed) ? 1 : 0;
    }

    private static async Task<int> MigrateAsync(EdgeOptions options, IReadOnlyDictionary<string, int> replication, TextWriter output, CancellationToken cancel)
    {
        if (options.Cassandra is not { } cassandra)
        {
            throw new EdgeOptionsException("edge.cassandra is not set: the ledger in a folder needs no migration");
        }

        await using var cluster = LedgerStores.Connect(cassandra, options.Region, TimeProvider.System);
        await new LedgerMigration(cluster.Session, cluster.Keyspace, TimeProvider.System).RunAsync(replication, cancel);
        await output.WriteLineAsync($"keyspace {cluster.Keyspace} has the ledger's tables");
        return 0;
    }

    private static Dictionary<string, int> Parse(string replication)
    {
        var factors = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var part in replication.Split(','))
        {
            if (part.Split('=') is not [{ Length: > 0 } datacentre, var factor] || !int.TryParse(factor, out var replicas) || replicas is < 1 or > 9 || !factors.TryAdd(datacentre, replicas))
            {
                throw new EdgeOptionsException($"--replication: \"{part}\" is not a data centre and 1 to 9 replicas, such as us-east=3, once each");
            }
        }

        return factors;
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    [JsonSerializable(typeof(IReadOnlyList<StoreCheck>))]
    private sealed partial class CheckJson : JsonSerializerContext;
}
