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

    private static GgCommand List()
    {
        var api = new ApiOptions();
        var output = new OutputOption();
        var command = new GgCommand("list", "Lists the tokens, without their secrets.", "gg token list", "gg token list --output json") { output };
        api.AddTo(command);
        command.SetAction(async (call, cancel) =>
        {
            using var client = api.Open(call);
            var answer = await client.GetAsync("/tokens", cancel);
            if (output.IsJson(call))
            {
                Json.Write(answer);
                return ExitCode.Done;
            }

            var tokens = answer["tokens"]!.AsArray();
            if (tokens.Count == 0)
            {
                Console.WriteLine("There is only the admin token in the control plane's file.");
                return ExitCode.Done;
            }

            var table = new TextTable(("name", false), ("role", false), ("created", true), ("by", false));
            foreach (var token in tokens)
            {
                table.Add($"{token!["name"]}", $"{token["role"]}", UnitText.Ago(DateTimeOffset.UtcNow - token["createdAt"]!.GetValue<DateTimeOffset>()), $"{token["createdBy"]}");
            }

            table.Write(Console.Out);
            return ExitCode.Done;
        });
        return command;
    }

    private static GgCommand New()
    {
        var api = new ApiOptions();
        var output = new OutputOption();
        var name = new Argument<string>("name") { Description = "What the audit will call its holder." };
        var role = new Option<string>("--role") { Description = "viewer reads, operator steers rollouts, admin changes whom and what is trusted.", Required = true };
        role.AcceptOnlyFromAmong("viewer", "operator", "admin");
        var command = new GgCommand("create", "Makes a token and prints it this once.", "gg token create ci --role operator", "gg token create grafana --role viewer --output json") { name, role, output };
        api.AddTo(command);
        command.SetAction(async (call, cancel) =>
        {
            using var client = api.Open(call);
            var answer = await client.PostAsync("/tokens", new JsonObject { ["name"] = call.GetValue(name), ["role"] = call.GetValue(role) }, cancel);
            if (output.IsJson(call))
            {
                Json.Write(answer);
            }
            else
            {
                await Console.Error.WriteLineAsync($"✓ token {call.GetValue(name)} ({call.GetValue(role)}). It is not shown again:");
                Console.WriteLine($"{answer["token"]}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static GgCommand Delete()
    {
        var api = new ApiOptions();
        var output = new OutputOption();
        var name = new Argument<string>("name") { Description = "The token to end." };
        var command = new GgCommand("delete", "Ends a token at once.", "gg token delete ci", "gg token delete ci --output json") { name, output };
        api.AddTo(command);
        command.SetAction(async (call, cancel) =>
        {
            using var client = api.Open(call);
            await client.DeleteAsync($"/tokens/{Uri.EscapeDataString(call.GetValue(name)!)}", cancel);
            if (output.IsJson(call))
            {
                Json.Write(writer => writer.WriteString("deleted", call.GetValue(name)));
            }
            else
            {
                Console.WriteLine($"✓ token {call.GetValue(name)} is ended");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
