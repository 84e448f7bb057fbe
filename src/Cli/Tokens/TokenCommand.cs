using System.CommandLine;
using System.Text.Json.Nodes;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Watching;

namespace GlobalGateway.Cli.Tokens;

/// <summary><c>gg token</c>: who may call the control plane's API.</summary>
internal static class TokenCommand
{
    public static Command Create()
    {
        var command = new GgCommand("token", "Says, gives and takes who may call the control plane's API.", "gg token list", "gg token create ci --role operator");
        command.Add(List());
        command.Add(New());
        command.Add(Delete());
        return command;
    }

    private static ApiCommand List()
    {
        var command = new ApiCommand("list", "Lists the tokens, without their secrets.", "gg token list", "gg token list --output json");
        command.Runs(async call => call.Answer(await call.GetAsync("/tokens"), Write));
        return command;
    }

    private static void Write(JsonNode answer)
    {
        var tokens = answer["tokens"]!.AsArray();
        if (tokens.Count == 0)
        {
            Console.WriteLine("There is only the admin token in the control plane's file.");
            return;
        }

        var table = new TextTable(("name", false), ("role", false), ("created", true), ("by", false));
        foreach (var token in tokens)
        {
            table.Add($"{token!["name"]}", $"{token["role"]}", UnitText.Ago(DateTimeOffset.UtcNow - token["createdAt"]!.GetValue<DateTimeOffset>()), $"{token["createdBy"]}");
        }

        table.Write(Console.Out);
    }

    private static ApiCommand New()
    {
        var name = new Argument<string>("name") { Description = "What the audit will call its holder." };
        var role = new Option<string>("--role") { Description = "viewer reads, operator steers rollouts, admin changes whom and what is trusted.", Required = true };
        role.AcceptOnlyFromAmong("viewer", "operator", "admin");
        var command = new ApiCommand("create", "Makes a token and prints it this once.", "gg token create ci --role operator", "gg token create grafana --role viewer --output json") { name, role };
        command.Runs(async call => call.Answer(await call.PostAsync("/tokens", new JsonObject { ["name"] = call.Value(name), ["role"] = call.Value(role) }), answer =>
        {
            Console.Error.WriteLine($"✓ token {call.Value(name)} ({call.Value(role)}). It is not shown again:");
            Console.WriteLine($"{answer["token"]}");
        }));
        return command;
    }

    private static ApiCommand Delete()
    {
        var name = new Argument<string>("name") { Description = "The token to end." };
        var command = new ApiCommand("delete", "Ends a token at once.", "gg token delete ci", "gg token delete ci --output json") { name };
        command.Runs(async call =>
        {
            await call.Client.DeleteAsync($"/tokens/{Uri.EscapeDataString(call.Value(name)!)}", call.Cancel);
            return call.Answer(new JsonObject { ["deleted"] = call.Value(name) }, _ => Console.WriteLine($"✓ token {call.Value(name)} is ended"));
        });
        return command;
    }
}
