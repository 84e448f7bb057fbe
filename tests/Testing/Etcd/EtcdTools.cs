using System.Diagnostics;

namespace GlobalGateway.Testing.Etcd;

/// <summary>The programs that come with etcd.</summary>
public static class EtcdTools
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(20);

    public static string? Missing(string program, string package) => Find(program) is null ? $"{program} is not installed: apt-get install {package}" : null;

    public static Process Launch(IReadOnlyList<string> arguments, string log)
    {
        var start = new ProcessStartInfo(Find("etcd") ?? throw new InvalidOperationException(Missing("etcd", "etcd-server")), [.. arguments, "--logger", "zap", "--log-outputs", log]);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ETCD_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Runs etcdctl.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public static async Task<string> ControlAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(Find("etcdctl") ?? throw new InvalidOperationException(Missing("etcdctl", "etcd-client")), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ETCDCTL_API"] = "3";
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerMax);
        try
        {
            var problem = process.StandardError.ReadToEndAsync(limit.Token);
            var text = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? text : throw new InvalidOperationException($"etcdctl {string.Join(' ', arguments)}: {text}{await problem}");
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    public static void Signal(string name, int processId)
    {
        using var kill = Process.Start("/bin/kill", [$"-{name}", $"{processId}"]);
        kill.WaitForExit();
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Append("/usr/local/bin")
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
}
