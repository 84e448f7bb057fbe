namespace GlobalGateway.LocalFleet.Planning;

/// <summary>One process of a fleet, before it is started.</summary>
public sealed record ProcessPlan
{
    /// <summary>How people and messages call it: <c>us-east</c>, <c>control-plane</c>, <c>simulator</c>.</summary>
    public required string Name { get; init; }

    public required PartRole Role { get; init; }

    /// <summary>What its certificate calls it; only parts with a certificate have one.</summary>
    public string? Member { get; init; }

    /// <summary>Edges and servers have one.</summary>
    public string? Region { get; init; }

    /// <summary>A <c>.dll</c> runs on dotnet, anything else as it is; without a folder, it is looked for on the PATH.</summary>
    public required string Program { get; init; }

    /// <summary>The system group it runs as; null for the caller's.</summary>
    public int? Group { get; init; }

    /// <summary>It ends children of its own when asked to end, so it is asked, not killed, when its starter is gone.</summary>
    public bool HasChildren { get; init; }
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Added to what is inherited; the only way secrets reach a process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public required string LogFile { get; init; }

    /// <summary>The loopback address that it listens on.</summary>
    public string Host { get; init; } = Loopback;

    /// <summary>Where others reach it; the first is the one people type.</summary>
    public required IReadOnlyList<int> Ports { get; init; }

    /// <summary>Answers once it can do its work: 200 where it is <c>http:</c>, else as servers of that protocol answer.</summary>
    public required Uri Ready { get; init; }

    /// <summary>Its settings, written before it starts; null when arguments say all.</summary>
    public SettingsFile? Settings { get; init; }

    /// <summary>What a server reads besides its arguments; no secret among it.</summary>
    public IReadOnlyList<SettingsFile> Files { get; init; } = [];

    /// <summary>Folders that a server expects to be there.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    public const string Loopback = "127.0.0.1";

    public int Port => Ports[0];
}

/// <summary>A file that a process reads at its start.</summary>
public sealed record SettingsFile(string Path, string Text);
