namespace GlobalGateway.LocalFleet.Planning;

/// <summary>One process of a fleet, before it is started.</summary>
public sealed record ProcessPlan
{
    /// <summary>How people and messages call it: <c>us-east</c>, <c>control-plane</c>, <c>simulator</c>.</summary>
    public required string Name { get; init; }

    public required PartRole Role { get; init; }

    /// <summary>Only edges have one.</summary>
    public string? Region { get; init; }

    /// <summary>A <c>.dll</c> runs on dotnet, anything else as it is.</summary>
    public required string Program { get; init; }

    /// <summary>It ends children of its own when asked to end, so it is asked, not killed, when its starter is gone.</summary>
    public bool HasChildren { get; init; }
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Added to what is inherited; the only way secrets reach a process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public required string LogFile { get; init; }

    /// <summary>Where others reach it; the first is the one people type.</summary>
    public required IReadOnlyList<int> Ports { get; init; }

    /// <summary>Answers 200 once it can do its work.</summary>
    public required Uri Ready { get; init; }

    /// <summary>Its settings, written before it starts; null when arguments say all.</summary>
    public SettingsFile? Settings { get; init; }

    public int Port => Ports[0];
}

/// <summary>A file that a process reads at its start.</summary>
public sealed record SettingsFile(string Path, string Json);
