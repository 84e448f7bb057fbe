using System.Text.Json.Nodes;
using GlobalGateway.Cli.Api;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Rollouts;

/// <summary>Shows a rollout as it goes: on a terminal in place, elsewhere a block for every change.</summary>
internal static class RolloutWatch
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(ApiClient client, string? which, bool json, CancellationToken cancel)
    {
        var rollout = await RolloutText.FindAsync(client, which, cancel);
        var number = rollout["number"]!.GetValue<long>();
        var inPlace = !json && !Console.IsOutputRedirected;
        var shown = 0;
        var before = "";
        while (true)
        {
            var lines = RolloutText.Lines(rollout).ToArray();
            var changed = Stage(rollout);
            if (inPlace)
            {
                Redraw(lines, ref shown);
            }
            else if (changed != before)
            {
                if (json)
                {
                    Json.Write(rollout);
                }
                else
                {
                    Console.WriteLine(string.Join(Environment.NewLine, lines));
                }
            }

            before = changed;
            if (!RolloutText.IsOpen(rollout))
            {
                return rollout["status"]!.ToString() == "completed" ? ExitCode.Done : ExitCode.Failed;
            }

            await Task.Delay(LookEvery, cancel);
            rollout = await client.GetAsync($"/rollouts/{number}", cancel);
        }
    }

    /// <summary>Numbers that only age are no change.</summary>
    private static string Stage(JsonNode rollout) => string.Join(
        ' ', rollout["stages"]!.AsArray().Select(stage => $"{stage!["status"]}{stage["acknowledged"]}{stage["waitsForPromote"]}").Prepend(rollout["status"]!.ToString()));

    private static void Redraw(string[] lines, ref int shown)
    {
        if (shown > 0)
        {
            Console.Write($"\e[{shown}A");
        }

        foreach (var line in lines)
        {
            Console.Write($"\e[2K{line}\n");
        }

        // A block that has become shorter leaves nothing of the longer one behind.
        Console.Write("\e[J");
        shown = lines.Sum(line => 1 + line.Count(letter => letter == '\n'));
    }
}
