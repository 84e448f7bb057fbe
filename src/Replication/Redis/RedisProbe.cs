using System.Globalization;
using GlobalGateway.Replication.Survey;
using StackExchange.Redis;

namespace GlobalGateway.Replication.Redis;

/// <summary>Finds out whether rights may be lent from servers: each check and what to do about it. Asks only what the scripts may ask too.</summary>
internal static class RedisProbe
{
    /// <summary>The first version whose users can be given single commands.</summary>
    public static readonly Version Least = new(6, 0);

    private const int KeysTriedMax = 4_096;

    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(1);

    private static readonly RedisScript Script = new("probe", """
        local function info(section)
          local answer = redis.pcall('INFO', section)
          return type(answer) == 'table' and (answer.err or '') or answer
        end
        return {ARGV[1], info('replication'), info('server'), info('memory')}
        """);

    /// <exception cref="RedisUnavailableException">There is no master, or one did not answer.</exception>
    public static async Task<RedisStanding> RunAsync(IDatabase database, IServer[] masters)
    {
        if (masters.Length == 0)
        {
            throw new RedisUnavailableException("no server is a master");
        }

        RedisStanding? worst = null;
        foreach (var key in KeysOf(database, masters))
        {
            var standing = await LookAsync(database, key);
            worst = worst is null || worst.MayLend && !standing.MayLend || worst.MayLend == standing.MayLend && Bad(standing) > Bad(worst) ? standing : worst;
        }

        return worst!;
    }

    private static int Bad(RedisStanding standing) => standing.Checks.Count(check => check.Outcome == CheckOutcome.Failed);

    // One key in a slot of each master: scripts run where their keys are.
    private static List<RedisKey> KeysOf(IDatabase database, IServer[] masters)
    {
        if (masters is [{ ServerType: not ServerType.Cluster }, ..])
        {
            return ["gg:{probe}"];
        }

        var keys = new Dictionary<string, RedisKey>(StringComparer.Ordinal);
        for (var i = 0; keys.Count < masters.Length && i < KeysTriedMax; i++)
        {
            RedisKey key = string.Create(CultureInfo.InvariantCulture, $"gg:{{probe-{i}}}");
            keys.TryAdd(database.IdentifyEndpoint(key, CommandFlags.DemandMaster)?.ToString() ?? "", key);
        }

        return [.. keys.Values];
    }

    private static async Task<RedisStanding> LookAsync(IDatabase database, RedisKey key)
    {
        RedisResult[] answer;
        string? backlog;
        try
        {
            answer = (RedisResult[])await database.ScriptEvaluateAsync(Script.Text, [key], ["probe"], CommandFlags.DemandMaster).WaitAsync(AnswerMax);
            backlog = await BacklogAsync(database);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or InvalidCastException)
        {
            throw new RedisUnavailableException(e is RedisServerException ? e.Message : "no answer to a script", e);
        }

        var (replication, server, memory) = ((string)answer[1], (string)answer[2], (string)answer[3]);
        if (Field(replication, "role") is { } role && role is "slave")
        {
            throw new RedisUnavailableException("the server is a replica now");
        }

        StoreCheck[] checks = [StoreCheck.Ok("redis reachable", "answers"), Version(server), Role(replication), Identity(replication), Backlog(backlog), Eviction(memory)];
        return new RedisStanding(true, checks[1..4].All(check => check.Outcome == CheckOutcome.Ok), checks);
    }

    private static async Task<string?> BacklogAsync(IDatabase database)
    {
        try
        {
            var answer = (RedisResult[])await database.ExecuteAsync("CONFIG", "GET", "repl-backlog-ttl").WaitAsync(AnswerMax);
            return answer.Length == 2 ? (string)answer[1] : null;
        }
        catch (RedisServerException)
        {
            // Users and managed servers often may not ask: then nobody can tell.
            return null;
        }
    }

    private static StoreCheck Version(string server)
    {
        const string name = "redis version";
        return Field(server, "redis_version") is not { } text || !System.Version.TryParse(text, out var version)
            ? StoreCheck.Failed(name, Denied(server, "the server does not say"), "Give the user +info. Until then rights are granted without Redis.")
            : version >= Least ? StoreCheck.Ok(name, text)
            : StoreCheck.Failed(name, text, $"Upgrade to {Least} or later. Until then rights are granted without Redis.");
    }

    private static StoreCheck Role(string replication)
    {
        const string name = "redis role";
        return Field(replication, "role") switch
        {
            "master" => StoreCheck.Ok(name, "master"),
            null => StoreCheck.Failed(name, Denied(replication, "a script cannot read it"), "Give the user +info, so that scripts can tell a master from a replica. Until then rights are granted without Redis."),
            var other => StoreCheck.Failed(name, other, "A server with several masters at a time cannot lend rights. They are granted without it; rate limits work."),
        };
    }

    private static StoreCheck Identity(string replication)
    {
        const string name = "redis replication id";
        return Field(replication, "master_replid") is { Length: > 0 } id && id.AsSpan().ContainsAnyExcept('0')
            ? StoreCheck.Ok(name, id[..Math.Min(8, id.Length)])
            : StoreCheck.Failed(
                name,
                Denied(replication, "a script cannot read it"),
                "Give the user +info; a managed server that hides it cannot lend rights. They are granted without it; rate limits work.");
    }

    private static StoreCheck Backlog(string? seconds)
    {
        const string name = "redis repl-backlog-ttl";
        const string why = "Otherwise the replication id changes when replicas were away that long, and rights in slices are lost until their epochs close.";
        return seconds switch
        {
            "0" => StoreCheck.Ok(name, seconds),
            null => StoreCheck.Unknown(name, "the user may not CONFIG GET it", $"Look whether it is 0. {why}"),
            _ => StoreCheck.Failed(name, seconds, $"Set it to 0. {why}"),
        };
    }

    private static StoreCheck Eviction(string memory)
    {
        const string name = "redis maxmemory-policy";
        const string why = "A slice that is evicted takes its rights with it until its epoch closes.";
        return Field(memory, "maxmemory_policy") switch
        {
            "noeviction" => StoreCheck.Ok(name, "noeviction"),
            null => StoreCheck.Unknown(name, Denied(memory, "the server does not say"), $"Look whether it is noeviction. {why}"),
            var policy => StoreCheck.Failed(name, policy, $"Set it to noeviction. {why}"),
        };
    }

    private static string Denied(string answer, string otherwise) =>
        answer.Contains("NOPERM", StringComparison.Ordinal) || answer.Contains("permission", StringComparison.OrdinalIgnoreCase) || answer.Contains("can't run", StringComparison.Ordinal) ? "the user may not INFO" : otherwise;

    private static string? Field(string info, string name)
    {
        foreach (var line in info.AsSpan().EnumerateLines())
        {
            if (line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.Ordinal))
            {
                return line[(name.Length + 1)..].Trim().ToString();
            }
        }

        return null;
    }
}
