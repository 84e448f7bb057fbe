using System.Diagnostics;

namespace GlobalGateway.Testing.Redis;

/// <summary>The programs that come with Redis.</summary>
internal static class RedisTools
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(10);

    public static string? Missing(string program) => Find(program) is null ? $"{program} is not installed: apt-get install redis-server" : null;

    public static Process Launch(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Find(program) ?? throw new InvalidOperationException(Missing(program)), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    public static async Task<string> CliAsync(int port, IReadOnlyList<string> credentials, IReadOnlyList<string> words)
    {
        var start = new ProcessStartInfo(Find("redis-cli")!, ["-p", $"{port}", "--no-auth-warning", .. credentials, .. words]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(AnswerMax);
        try
        {
            var problem = process.StandardError.ReadToEndAsync(limit.Token);
            var text = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (text + await problem).Trim();
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            return "no answer";
        }
    }

    public static void Signal(string name, int processId)
    {
        using var kill = Process.Start("/bin/kill", [$"-{name}", $"{processId}"]);
        kill.WaitForExit();
    }

    public static async Task RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var problem = process.StandardError.ReadToEndAsync(cancel);
        var text = process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await text}{await problem}");
        }
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Append("/usr/local/bin")
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
}
