using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using GlobalGateway.EdgeNode.Quota;
using GlobalGateway.Replication.Cassandra.Schema;
using GlobalGateway.Replication.Redis;

namespace GlobalGateway.EdgeNode.Hosting;

/// <summary>Reads an edge's local file and says everything that is wrong with it at once.</summary>
public sealed partial class EdgeOptionsFile
{
    public required EdgeOptions Edge { get; init; }

    /// <exception cref="EdgeOptionsException">The arguments or the file are not usable; the message lists why.</exception>
    public static EdgeOptions Load(string[] args)
    {
        if (args is not ["--config", { } path])
        {
            throw new EdgeOptionsException($"usage: EdgeNode --config FILE.json [{LedgerVerb.Usage}]");
        }

        EdgeOptions options;
        try
        {
            using var file = File.OpenRead(path);
            options = JsonSerializer.Deserialize(file, FileJson.Default.EdgeOptionsFile)?.Edge ?? throw new EdgeOptionsException($"{path}: the file is empty");
        }
        catch (JsonException e)
        {
            throw new EdgeOptionsException($"{path}:{e.LineNumber + 1}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeOptionsException($"{path}: {e.Message}");
        }

        var errors = Validate(options);
        return errors.Count == 0 ? options : throw new EdgeOptionsException($"{path}: {string.Join($"{Environment.NewLine}{path}: ", errors)}");
    }

    public static List<string> Validate(EdgeOptions options)
    {
        var errors = new List<string>();
        EdgeTimings.Parse(options, errors);
        if (options.PublicListen.Length == 0)
        {
            errors.Add("edge.publicListen: at least one URL is needed");
        }

        foreach (var url in options.PublicListen.Append(options.ManagementListen))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || !IPAddress.TryParse(uri.Host.Trim('[', ']'), out _))
            {
                errors.Add($"edge listener \"{url}\" is not a URL such as http://127.0.0.1:7411");
            }
        }

        foreach (var (from, to) in options.ConnectTo)
        {
            if (!IPEndPoint.TryParse(to, out var address) || address.Port == 0)
            {
                errors.Add($"edge.connectTo[\"{from}\"]: \"{to}\" is not an address and port");
            }
        }

        foreach (var url in options.ControlPlanes)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != "https")
            {
                errors.Add($"edge.controlPlanes: \"{url}\" is not a URL such as https://127.0.0.1:7401");
            }
        }

        if (options.Peers.Length > EdgeOptions.PeersMax)
        {
            errors.Add($"edge.peers: at most {EdgeOptions.PeersMax}");
        }

        foreach (var (name, url) in options.Peers.Select(url => ("peers", (string?)url)).Append(("peerListen", options.PeerListen)).Append(("peerUrl", options.PeerUrl)))
        {
            if (url is not null && (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != "https" || (name == "peerListen" && !IPAddress.TryParse(uri.Host.Trim('[', ']'), out _))))
            {
                errors.Add($"edge.{name}: \"{url}\" is not a URL such as https://127.0.0.1:7415");
            }
        }

        if (options.TracesEndpoint is { } traces && (!Uri.TryCreate(traces, UriKind.Absolute, out var collector) || collector.Scheme is not ("http" or "https")))
        {
            errors.Add($"edge.tracesEndpoint: \"{traces}\" is not a URL such as http://127.0.0.1:4318/v1/traces");
        }

        if (options.JournalDirectory is not null && options is { LedgerDirectory: null, Cassandra: null })
        {
            errors.Add("edge.journalDirectory: of no use without edge.ledgerDirectory or edge.cassandra");
        }

        if (options is { LedgerDirectory: not null, Cassandra: not null })
        {
            errors.Add("edge.cassandra: edge.ledgerDirectory is a ledger of its own; choose one when you install, what is in the other is not taken over");
        }

        if (options.Cassandra is { } cassandra)
        {
            Validate(cassandra, errors);
        }

        if (options.Redis is { } redis)
        {
            Validate(redis, errors);
        }

        if (options.EdgesMax < 1)
        {
            errors.Add("edge.edgesMax: at least 1");
        }

        if (options.ControlPlanes.Length > 0 || options.Peers.Length > 0 || options.PeerListen is not null)
        {
            foreach (var (name, file) in (ReadOnlySpan<(string, string?)>)
                [("certificate", options.Certificate), ("certificateKey", options.CertificateKey), ("fleetCa", options.FleetCa), ("trustKeys", options.TrustKeys)])
            {
                if (file is null)
                {
                    errors.Add($"edge.{name}: needed to speak to control planes and other edges");
                }
                else if (!File.Exists(file) && !Directory.Exists(file))
                {
                    errors.Add($"edge.{name}: {file} does not exist");
                }
            }
        }

        if (options.PublicCertificate is null && options.PublicListen.Any(u => u.StartsWith("https:", StringComparison.Ordinal)))
        {
            errors.Add("edge.publicCertificate: needed by an https listener");
        }

        return errors;
    }

    private static void Validate(RedisOptions redis, List<string> errors)
    {
        if (redis.WhyNot() is { } why)
        {
            errors.Add($"edge.redis.endpoints: {why}");
        }

        foreach (var (name, file) in (ReadOnlySpan<(string, string?)>)
            [("caFile", redis.CaFile), ("passwordFile", redis.PasswordFile), ("sentinelPasswordFile", redis.SentinelPasswordFile)])
        {
            if (file is not null && !File.Exists(file))
            {
                errors.Add($"edge.redis.{name}: {file} does not exist");
            }
        }
    }

    private static void Validate(CassandraOptions cassandra, List<string> errors)
    {
        if (cassandra.ContactPoints.Length == 0)
        {
            errors.Add("edge.cassandra.contactPoints: at least one host:port of this region's data centre is needed");
        }

        foreach (var point in cassandra.ContactPoints)
        {
            if (!Uri.TryCreate($"cql://{point}", UriKind.Absolute, out var address) || address.Host.Length == 0 || address.PathAndQuery is not ("" or "/"))
            {
                errors.Add($"edge.cassandra.contactPoints: \"{point}\" is not a host and port such as 10.0.0.1:9042");
            }
        }

        try
        {
            KeyspaceName.Check(cassandra.Keyspace);
        }
        catch (ArgumentException problem)
        {
            errors.Add($"edge.cassandra.keyspace: {problem.Message}");
        }

        if (cassandra.UserFile is null != cassandra.PasswordFile is null)
        {
            errors.Add("edge.cassandra: userFile and passwordFile are needed both or not at all");
        }

        if (cassandra.Certificate is null != cassandra.CertificateKey is null)
        {
            errors.Add("edge.cassandra: certificate and certificateKey are needed both or not at all");
        }

        foreach (var (name, file) in (ReadOnlySpan<(string, string?)>)
            [("userFile", cassandra.UserFile), ("passwordFile", cassandra.PasswordFile), ("caFile", cassandra.CaFile), ("certificate", cassandra.Certificate), ("certificateKey", cassandra.CertificateKey)])
        {
            if (file is not null && !File.Exists(file))
            {
                errors.Add($"edge.cassandra.{name}: {file} does not exist");
            }
        }
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true)]
    [JsonSerializable(typeof(EdgeOptionsFile))]
    private sealed partial class FileJson : JsonSerializerContext;
}
