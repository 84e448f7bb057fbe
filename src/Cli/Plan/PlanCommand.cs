using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.Apply;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Plan;

/// <summary><c>gg plan DIR</c>: what a folder would change, whom it would refuse, and how it would roll out.</summary>
internal static class PlanCommand
{
    private const int ChangesShown = 40;

    public static Command Create()
    {
        var folder = new Argument<string>("dir") { Description = "A folder of resources, usually an overlay such as gitops/production." };
        var command = new ApiCommand(
            "plan", "Says what a folder of resources would change in the fleet: resources, decisions about recorded requests, and the way of the rollout.",
            "gg plan gitops/local", "gg plan gitops/production --output json | jq .decisions") { folder };
        command.Runs(async call =>
        {
            var plan = await call.PostAsync("/plan", ConfigurationUpload.Read(call.Value(folder)!));
            var valid = plan["valid"]!.GetValue<bool>();
            call.Answer(plan, answer => Write(answer, valid));
            return valid ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static void Write(JsonNode plan, bool valid)
    {
        if (!valid)
        {
            foreach (var error in plan["errors"]!.AsArray())
            {
                Console.WriteLine($"✗ {error}");
            }

            return;
        }

        var changes = plan["resources"]!["changes"]!.AsArray();
        foreach (var change in changes.Take(ChangesShown))
        {
            Write(change!);
        }

        if (changes.Count > ChangesShown)
        {
            Console.WriteLine($"  and {changes.Count - ChangesShown} more resources (--output json has all)");
        }

        if (changes.Count == 0)
        {
            Console.WriteLine("nothing changes: this is what is served");
            return;
        }

        Console.WriteLine($"decisions: {plan["summary"]?.GetValue<string>() ?? "nothing is served yet"}");
        if (plan["decisions"]?["changes"] is JsonArray { Count: > 0 } decisions)
        {
            foreach (var decision in decisions.Take(ChangesShown))
            {
                Console.WriteLine(
                    $"  {(decision!["nowAllowed"]!.GetValue<bool>() ? "✓" : "✗")} {decision["requests"]!.GetValue<double>().ToString("#,0", CultureInfo.InvariantCulture)} × tenant {decision["tenant"]}, {decision["target"]}: {decision["why"]}{(decision["estimated"]!.GetValue<bool>() ? " (estimated)" : "")}");
            }
        }

        Console.WriteLine($"rollout: {string.Join(" → ", plan["rollout"]!.AsArray().Select(stage => $"{stage!["name"]} ({Bake(stage["bakeSeconds"]!.GetValue<double>())})"))}");
    }

    private static void Write(JsonNode change)
    {
        var name = change["resource"]!.GetValue<string>();
        switch (change["kind"]!.GetValue<string>())
        {
            case "added":
                Console.WriteLine($"+ {name}");
                break;
            case "removed":
                Console.WriteLine($"- {name}");
                break;
            default:
                foreach (var value in change["values"]!.AsArray())
                {
                    Console.WriteLine($"~ {name}   {value!["path"]}   {value["before"]?.GetValue<string>() ?? "(none)"} → {value["after"]?.GetValue<string>() ?? "(none)"}");
                }

                break;
        }
    }

    private static string Bake(double seconds) => seconds switch
    {
        0 => "no bake",
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
    };
}
