using System.CommandLine;
using System.Text.Json.Nodes;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;

namespace GlobalGateway.Cli.Source;

/// <summary><c>gg source</c>: where the configuration comes from, the status of its newest commit, and what an admin can let through.</summary>
internal static class SourceCommand
{
    public static Command Create()
    {
        var command = new GgCommand("source", "Says how the newest commit stands, has it looked at now, and lets a rewritten history through.", "gg source status", "gg source look");
        command.Add(Status());
        command.Add(Look());
        command.Add(Approve());
        return command;
    }

    private static ApiCommand Status()
    {
        var command = new ApiCommand("status", "Says how the newest commit stands, with every error; exit code 0 when it is valid.", "gg source status", "gg source status --output json");
        command.Runs(async call =>
        {
            var source = await call.GetAsync("/source");
            call.Answer(source, Write);
            return source["standing"]!.GetValue<string>() == "valid" ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static void Write(JsonNode source)
    {
        var standing = source["standing"]!.GetValue<string>();
        var commit = source["commit"]?.GetValue<string>() is { } hash ? $" commit {hash[..Math.Min(hash.Length, 7)]} \"{source["message"]}\" ({source["author"]})" : "";
        var age = UnitText.Ago(DateTimeOffset.UtcNow - source["at"]!.GetValue<DateTimeOffset>());
        Console.WriteLine($"{(standing == "valid" ? "✓" : "✗")} {source["source"]} {source["from"]}:{commit} {Words(standing)}, {age}{(source["revision"] is { } revision ? $", rev {revision}" : "")}");
        foreach (var error in source["errors"]!.AsArray())
        {
            Console.WriteLine($"  ✗ {Text(error!)}");
        }

        if (source["errorCount"]!.GetValue<int>() is var count && count > source["errors"]!.AsArray().Count)
        {
            Console.WriteLine($"  and {count - source["errors"]!.AsArray().Count} more");
        }

        if (source["decisions"] is { } decisions)
        {
            Console.WriteLine($"  {decisions}");
        }
    }

    private static string Text(JsonNode error)
    {
        var place = error["line"]!.GetValue<int>() > 0 ? $"{error["file"]}:{error["line"]}:{error["column"]}" : $"{error["file"]}";
        return string.Join("  ", new[] { place, $"{error["resource"]}", $"{error["path"]}".Length > 0 ? $"{error["path"]}: {error["message"]}" : $"{error["message"]}" }.Where(part => part.Length > 0));
    }

    private static string Words(string standing) => standing switch
    {
        "valid" => "is valid",
        "invalid" => "has errors; edges keep what they serve",
        "refused" => "is refused",
        "awaitsApproval" => "waits for an admin",
        _ => "cannot be read",
    };

    private static ApiCommand Look()
    {
        var command = new ApiCommand("look", "Has the leader look at the source at once.", "gg source look", "gg source look --api https://control-plane.example:7400");
        command.Runs(async call => call.Answer(await call.PostAsync("/source/look"), _ => Console.WriteLine("✓ the leader looks now: gg source status")));
        return command;
    }

    private static ApiCommand Approve()
    {
        var commit = new Argument<string>("commit") { Description = "The commit's whole hash, as gg source status says it." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new ApiCommand("approve", "Lets a commit through that does not build on the one accepted before.", "gg source approve 3f9c1a2b4c5d6e7f8091a2b3c4d5e6f708192a3b", "gg source approve 3f9c1a2b4c5d6e7f8091a2b3c4d5e6f708192a3b --yes") { commit, yes };
        command.Runs(async call =>
        {
            Console.Error.WriteLine($"Commit {call.Value(commit)} replaces a history that was rolled out before.");
            if (!Confirmation.Asked(call.Value(yes)))
            {
                return ExitCode.Failed;
            }

            return call.Answer(
                await call.PostAsync("/source/approve", new JsonObject { ["commit"] = call.Value(commit) }), _ => Console.WriteLine("✓ approved; the leader looks now: gg source status"));
        });
        return command;
    }
}
