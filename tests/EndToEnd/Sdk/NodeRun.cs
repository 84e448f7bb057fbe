using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using GlobalGateway.Testing;

namespace GlobalGateway.EndToEnd.Sdk;

/// <summary>Runs a script of tests/EndToEnd/node against a target and keeps what it said of each case.</summary>
internal static class NodeRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly Lazy<Task<string>> Folder = new(InstallAsync);

    public static async Task<IReadOnlyDictionary<string, JsonNode>> CasesAsync(string script, SdkTarget target)
    {
        var folder = await Folder.Value;
        var (exit, output, error) = await RunAsync("node", folder, [script], new()
        {
            ["SDK_OPENAI_BASE"] = target.OpenAi.ToString(),
            ["SDK_ANTHROPIC_BASE"] = target.Anthropic.ToString().TrimEnd('/'),
            ["SDK_KEY"] = target.Key,
            ["SDK_CHAT_MODEL"] = target.ChatModel,
            ["SDK_EMBEDDING_MODEL"] = target.EmbeddingModel,
            ["SDK_MESSAGES_MODEL"] = target.MessagesModel,
            ["SDK_GEMINI_MODEL"] = target.GeminiModel,
            ["SDK_SIMULATOR"] = target.Simulator.Address.ToString().TrimEnd('/'),
            ["SDK_SIMULATOR_TOKEN"] = target.Simulator.Token,
        });
        return exit == 0
            ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!).ToDictionary(static line => line["case"]!.GetValue<string>())
            : throw new InvalidOperationException($"node {script} ended with {exit}: {error}");
    }

    /// <summary>The names of a script's cases, read from its source so that each is a test of its own.</summary>
    public static IReadOnlyList<string> CaseNames(string script)
    {
        var source = File.ReadAllText(SourceTree.PathOf("tests", "EndToEnd", "node", script));
        return [.. System.Text.RegularExpressions.Regex.Matches(source, @"^  '?([a-z0-9-]+)'?: async \(\) => \{$", System.Text.RegularExpressions.RegexOptions.Multiline).Select(static match => match.Groups[1].Value)];
    }

    // Installed beside the build's output and once per lock file, so that a run changes nothing in the sources.
    private static async Task<string> InstallAsync()
    {
        var source = SourceTree.PathOf("tests", "EndToEnd", "node");
        var folder = SourceTree.PathOf("artifacts", "node", "sdk");
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }
        var installed = Path.Combine(folder, "node_modules", ".installed-lock.json");
        var wanted = await File.ReadAllTextAsync(Path.Combine(folder, "package-lock.json"));
        if (!File.Exists(installed) || await File.ReadAllTextAsync(installed) != wanted)
        {
            var (exit, _, error) = await RunAsync("npm", folder, ["ci", "--no-audit", "--no-fund"], []);
            if (exit != 0)
            {
                throw new InvalidOperationException($"npm ci ended with {exit}: {error}");
            }
            await File.WriteAllTextAsync(installed, wanted);
        }
        return folder;
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(string program, string folder, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"{program} {string.Join(' ', arguments)} took more than {Limit.TotalMinutes} min"));
        }
    }
}
