using System.Text.Json;
using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Processes;

namespace GlobalGateway.LocalFleet.Records;

/// <summary>What a running fleet leaves in <c>fleet.json</c>, so that others can find and stop it.</summary>
public sealed record FleetRecord
{
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When every process could do its work for the first time; absent until then.</summary>
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>Who stops the fleet when it ends; null for a detached fleet.</summary>
    public ProcessIdentity? Owner { get; init; }

    public required string ConfigDirectory { get; init; }
    public required bool Simulated { get; init; }
    public required IReadOnlyList<RecordedProcess> Processes { get; init; }

    [JsonIgnore]
    public bool IsRunning => Owner is { IsAlive: true } || Processes.Any(process => process.Identity.IsAlive);

    /// <summary>Null when no fleet was started there, or its record cannot be read.</summary>
    public static FleetRecord? Read(FleetPaths paths)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(paths.Record), FleetRecordJson.Default.FleetRecord);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    public void Write(FleetPaths paths) => PrivateFile.Write(paths.Record, JsonSerializer.Serialize(this, FleetRecordJson.Default.FleetRecord));
}

/// <summary>One process of a recorded fleet.</summary>
public sealed record RecordedProcess
{
    public required string Name { get; init; }
    public required PartRole Role { get; init; }
    public string? Region { get; init; }
    public required ProcessIdentity Identity { get; init; }
    public string Host { get; init; } = ProcessPlan.Loopback;
    public required IReadOnlyList<int> Ports { get; init; }
    public required string LogFile { get; init; }

    [JsonIgnore]
    public string Address => $"{Host}:{Ports[0]}";

    /// <summary>How people call a server: <c>redis</c>, <c>cassandra</c>.</summary>
    [JsonIgnore]
    public string ServerKind => Role.ToString().ToLowerInvariant();

    /// <summary>Where an edge tells its operators what it does.</summary>
    [JsonIgnore]
    public string Management => $"{Host}:{Ports[1]}";
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FleetRecord))]
internal sealed partial class FleetRecordJson : JsonSerializerContext;
