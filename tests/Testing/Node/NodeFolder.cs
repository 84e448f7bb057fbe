using System.Diagnostics;
using System.Globalization;

namespace GlobalGateway.Testing.Node;

/// <summary>A folder of scripts with a package lock: installed beside the build's output, once per lock file, so that a run changes nothing in the sources.</summary>
public sealed class NodeFolder(params string[] source)
{
    private static readonly TimeSpan InstallMax = TimeSpan.FromMinutes(3);

    private readonly Lazy<Task<string>> _installed = new(() => InstallAsync(source));

    /// <summary>Runs a script with its input on standard input and returns its standard output.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    public async Task<string> RunAsync(string script, string input, IReadOnlyDictionary<string, string> environment, TimeSpan max) =>
        await RunAsync("node", await _installed.Value, [script], input, environment, max);

    private static async Task<string> InstallAsync(string[] source)
    {
        var folder = SourceTree.PathOf(["artifacts", "node", .. source]);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(SourceTree.PathOf(source)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        var installed = Path.Combine(folder, "node_modules", ".installed-lock.json");
        var wanted = await File.ReadAllTextAsync(Path.Combine(folder, "package-lock.json"));
        if (!File.Exists(installed) || await File.ReadAllTextAsync(installed) != wanted)
        {
            await RunAsync("npm", folder, ["ci", "--no-audit", "--no-fund", "--silent"], "", new Dictionary<string, string>(), InstallMax);
            await File.WriteAllTextAsync(installed, wanted);
        }

        return folder;
    }

    private static async Task<string> RunAsync(string program, string folder, string[] arguments, string input, IReadOnlyDictionary<string, string> environment, TimeSpan max)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(max);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"{program} {string.Join(' ', arguments)} took more than {max.TotalMinutes} min"));
        }
    }
}
