using System.CommandLine;
using System.Text.Json.Nodes;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Cli.Keys;

/// <summary><c>gg keys</c>: clients' keys. A key is printed once; the tenant's file gets its digest, and a commit makes it valid.</summary>
internal static class KeysCommand
{
    private static readonly TimeSpan OverlapDefault = TimeSpan.FromDays(7);

    public static Command Create()
    {
        var command = new GgCommand(
            "keys", "Makes, ends and replaces clients' keys: prints a key once and writes its digest to the tenant's file.",
            "gg keys create acme laptop --team research", "gg keys revoke acme laptop");
        command.Add(New());
        command.Add(Revoke());
        command.Add(Rotate());
        return command;
    }

    private static GgCommand New()
    {
        var (tenant, name, file, folder, output) = Common("The new key's name.");
        var team = new Option<string?>("--team") { Description = "The team that its use is charged to." };
        var expires = new Option<string?>("--expires") { Description = "How long it is valid, such as 90d; forever when not said.", HelpName = "TIME" };
        var command = new GgCommand("create", "Makes a key, prints it this once, and writes its digest to the tenant's file.", "gg keys create acme laptop", "gg keys create acme ci --file gitops/base/tenants.yaml --expires 90d --team research")
            { tenant, name, file, folder, team, expires, output };
        command.SetAction(call =>
        {
            var keys = KeyFiles.Open(call.GetValue(file), call.GetValue(folder)!, call.GetValue(tenant)!);
            RefuseTaken(keys, call.GetValue(name)!);
            var made = ClientKeyText.New();
            keys.Add(new ClientKey
            {
                Name = call.GetValue(name)!, Sha256 = made.Sha256, Team = call.GetValue(team),
                NotAfter = call.GetValue(expires) is { } time ? WholeSecond(DateTimeOffset.UtcNow + SpanOf("--expires", time)) : null,
            });
            Print(output.IsJson(call), keys.Path, call.GetValue(tenant)!, call.GetValue(name)!, made, null);
            return ExitCode.Done;
        });
        return command;
    }

    private static GgCommand Rotate()
    {
        var (tenant, name, file, folder, output) = Common("The key to replace.");
        var overlap = new Option<string?>("--overlap") { Description = "How long the old key stays valid beside the new one.", HelpName = "TIME", DefaultValueFactory = _ => "7d" };
        var command = new GgCommand("rotate", "Makes a successor of a key and gives the old one an end, so that both are valid meanwhile.", "gg keys rotate acme ci", "gg keys rotate acme ci --overlap 24h")
            { tenant, name, file, folder, overlap, output };
        command.SetAction(call =>
        {
            var keys = KeyFiles.Open(call.GetValue(file), call.GetValue(folder)!, call.GetValue(tenant)!);
            var old = Known(keys, call.GetValue(name)!);
            var until = WholeSecond(DateTimeOffset.UtcNow + (call.GetValue(overlap) is { } time ? SpanOf("--overlap", time) : OverlapDefault));
            var successor = Successor(keys.Current, old.Name);
            var made = ClientKeyText.New();
            keys.Add(new ClientKey { Name = successor, Sha256 = made.Sha256, Team = old.Team });
            keys = KeyFile.Open(keys.Path, call.GetValue(tenant)!);
            if (old.NotAfter is null || old.NotAfter > until)
            {
                keys.End(old.Name, until);
            }

            Print(output.IsJson(call), keys.Path, call.GetValue(tenant)!, successor, made, $"{old.Name} is valid until {(old.NotAfter < until ? old.NotAfter : until):yyyy-MM-ddTHH:mm:ssZ}");
            return ExitCode.Done;
        });
        return command;
    }

    private static GgCommand Revoke()
    {
        var (tenant, name, file, folder, output) = Common("The key to revoke.");
        var api = new ApiOptions();
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var reason = new Option<string?>("--reason") { Description = "Why, for the audit." };
        var command = new GgCommand("revoke", "Has every edge refuse a key within seconds, whatever any revision says, and takes it out of the tenant's file.", "gg keys revoke acme laptop", "gg keys revoke acme laptop --reason \"laptop lost\" --yes")
            { tenant, name, file, folder, reason, yes, output };
        api.AddTo(command);
        command.SetAction(async (call, cancel) =>
        {
            var keys = KeyFiles.Open(call.GetValue(file), call.GetValue(folder)!, call.GetValue(tenant)!);
            var key = Known(keys, call.GetValue(name)!);
            if (!output.IsJson(call))
            {
                Console.WriteLine($"Tenant/{call.GetValue(tenant)} key {key.Name} ({key.Sha256[..8]}…) will be refused everywhere within seconds; this cannot be undone for this key.");
            }

            if (!Confirmation.Asked(call.GetValue(yes)))
            {
                return ExitCode.Failed;
            }

            using var client = api.Open(call);
            var answer = await client.PostAsync("/revocations", new JsonObject { ["keys"] = new JsonArray(key.Sha256), ["reason"] = call.GetValue(reason) }, cancel);
            keys.Remove(key.Name);
            if (output.IsJson(call))
            {
                Json.Write(answer);
            }
            else
            {
                Console.WriteLine($"✓ revoked; edges refuse it as they hear of it (gg edges). It is out of {keys.Path}: commit that.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static (Argument<string> Tenant, Argument<string> Name, Option<string?> File, Option<string> Folder, OutputOption Output) Common(string what) => (
        new Argument<string>("tenant") { Description = "The tenant's name." },
        new Argument<string>("name") { Description = what },
        new Option<string?>("--file") { Description = "The file with the tenant. [default: the one in --in that has it]", HelpName = "FILE" },
        new Option<string>("--in") { Description = "The folder that is searched for the tenant.", HelpName = "DIR", DefaultValueFactory = _ => "gitops" },
        new OutputOption());

    private static ClientKey Known(KeyFile keys, string name) => keys.Current.Keys.FirstOrDefault(key => key.Name == name)
        ?? throw new CommandException($"Tenant/{keys.Current.Name} in {keys.Path} has no key \"{name}\"; it has {(keys.Current.Keys.Count == 0 ? "none" : string.Join(", ", keys.Current.Keys.Select(key => key.Name)))}.", ExitCode.WrongCall);

    private static void RefuseTaken(KeyFile keys, string name)
    {
        if (keys.Current.Keys.Any(key => key.Name == name))
        {
            throw new CommandException($"Tenant/{keys.Current.Name} has a key \"{name}\" already; choose another name, or \"gg keys rotate\" it.", ExitCode.WrongCall);
        }
    }

    private static string Successor(Tenant tenant, string name)
    {
        var stem = name.LastIndexOf('-') is > 0 and var dash && int.TryParse(name.AsSpan(dash + 1), out _) ? name[..dash] : name;
        for (var number = 2; ; number++)
        {
            if (tenant.Keys.All(key => key.Name != $"{stem}-{number}"))
            {
                return $"{stem}-{number}";
            }
        }
    }

    private static TimeSpan SpanOf(string option, string text) => Duration.TryParse(text, out var time) && time > TimeSpan.Zero
        ? time
        : throw new CommandException($"{option}: \"{text}\" is not a time such as 24h or 90d.", ExitCode.WrongCall);

    private static DateTimeOffset WholeSecond(DateTimeOffset time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero);

    private static void Print(bool json, string file, string tenant, string name, ClientKeyText made, string? also)
    {
        if (json)
        {
            Json.Write(writer =>
            {
                writer.WriteString("tenant", tenant);
                writer.WriteString("name", name);
                writer.WriteString("key", made.Key);
                writer.WriteString("sha256", made.Sha256);
                writer.WriteString("file", file);
            });
            return;
        }

        Console.Error.WriteLine($"✓ key {name} of Tenant/{tenant}: its digest is in {file}; commit that to make it valid.{(also is null ? "" : $" {also}.")} It is not shown again:");
        Console.WriteLine(made.Key);
    }
}
