using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace GlobalGateway.ControlPlane.Git;

/// <summary>
/// Calls git with nothing of this machine's configuration: no hooks, filters, submodules, prompts or redirects, only the protocols the
/// operator chose, and limits on time, memory and what it may write.
/// </summary>
public sealed class GitProgram(GitOptions options, string directory)
{
    private const string Null = "/dev/null";

    // The shell sets the limits and becomes git; the arguments never pass through its grammar.
    private static readonly string Limited = string.Create(
        CultureInfo.InvariantCulture, $"ulimit -f {GitLimits.BytesMax / 512} && ulimit -v {GitLimits.MemoryBytesMax / 1024} && exec git \"$@\"");

    /// <summary>The bare mirror.</summary>
    public string Directory => directory;

    /// <returns>What git wrote to its output.</returns>
    /// <exception cref="GitException">git is not installed, failed, or took too long.</exception>
    public async Task<string> RunAsync(string[] arguments, CancellationToken cancel)
    {
        var (code, output, error) = await CallAsync(arguments, cancel);
        return code == 0 ? output : throw new GitException($"git {arguments[0]}: {error}");
    }

    /// <summary>For questions that git answers with its exit code.</summary>
    /// <returns>Whether it was 0; 1 is no.</returns>
    public async Task<bool> AskAsync(string[] arguments, CancellationToken cancel)
    {
        var (code, _, error) = await CallAsync(arguments, cancel);
        return code switch
        {
            0 => true,
            1 => false,
            _ => throw new GitException($"git {arguments[0]}: {error}"),
        };
    }

    /// <summary>Starts git; the caller reads its output, and ends it.</summary>
    public Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory, UseShellExecute = false,
        };
        foreach (var argument in (string[])["-c", Limited, "git", "--git-dir", directory, .. Settings(), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in Environment())
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new GitException($"git cannot be started: {problem.Message}");
        }
    }

    /// <summary>Ends a git that was started here, if it has not ended.</summary>
    public static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private async Task<(int Code, string Output, string Error)> CallAsync(string[] arguments, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(GitLimits.Time);
        using var process = Start(arguments);
        try
        {
            process.StandardInput.Close();
            var output = ReadAsync(process.StandardOutput, limit.Token);
            var error = ReadAsync(process.StandardError, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, Why(process.ExitCode, await error));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new GitException($"git {arguments[0]} took longer than {GitLimits.Time.TotalSeconds:0} s");
        }
        finally
        {
            End(process);
        }
    }

    /// <summary>Reads to the end, so that git never waits for its reader, and keeps the beginning.</summary>
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var part = new char[4096];
        while (await reader.ReadAsync(part, cancel) is > 0 and var read)
        {
            text.Append(part.AsSpan(0, Math.Min(read, GitLimits.AnswerBytesMax - text.Length)));
        }

        return text.ToString();
    }

    /// <summary>git's last line without its prefix; it never names the token, which travels in a header.</summary>
    private static string Why(int code, string error)
    {
        var line = error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault(text => text.StartsWith("fatal:", StringComparison.Ordinal) || text.StartsWith("error:", StringComparison.Ordinal))
            ?? error.Trim().Split('\n')[^1];
        return line.Length == 0 ? $"ended with code {code}" : line.Length <= 300 ? line : line[..300];
    }

    private static string[] Settings() =>
    [
        "-c", $"core.hooksPath={Null}", "-c", "core.fsmonitor=false", "-c", "core.bigFileThreshold=1m", "-c", "core.alternateRefsCommand=", "-c", "gc.auto=0",
        "-c", "maintenance.auto=false", "-c", "fetch.recurseSubmodules=false", "-c", "submodule.recurse=false", "-c", "transfer.fsckObjects=true",
        "-c", "http.followRedirects=false", "-c", "credential.helper=", "-c", "protocol.version=2", "-c", "fetch.writeCommitGraph=false",
    ];

    private Dictionary<string, string> Environment()
    {
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
            ["HOME"] = directory,
            ["LC_ALL"] = "C",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_CONFIG_GLOBAL"] = Null,
            ["GIT_CONFIG_SYSTEM"] = Null,
            ["GIT_ATTR_NOSYSTEM"] = "1",
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_ASKPASS"] = "/bin/false",
            ["GIT_NO_REPLACE_OBJECTS"] = "1",
            ["GIT_LFS_SKIP_SMUDGE"] = "1",
            ["GIT_ALLOW_PROTOCOL"] = options.IsLocalPath ? "https:ssh:file" : "https:ssh",
        };
        if (options.IsSsh)
        {
            environment["GIT_SSH_COMMAND"] = string.Join(' ', (string[])
            [
                "ssh", "-F", Null, "-i", Quoted(options.SshKeyFile!), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes",
                "-o", Quoted($"UserKnownHostsFile={options.KnownHostsFile}"), "-o", $"GlobalKnownHostsFile={Null}", "-o", "ConnectTimeout=10", "-o", "ForwardAgent=no",
            ]);
            environment["GIT_SSH_VARIANT"] = "ssh";
        }

        // Settings with secrets travel in the environment, which only this user can read; arguments can be read by anybody.
        var settings = new List<(string Name, string Value)>();
        if (options is { IsHttps: true, TokenFile: { } tokenFile })
        {
            var token = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.TokenUser}:{File.ReadAllText(tokenFile).Trim()}"));
            settings.Add(($"http.{new Uri(options.Repository).GetLeftPart(UriPartial.Authority)}/.extraHeader", $"Authorization: Basic {token}"));
        }

        if (options.IsLocalPath)
        {
            // The operator named this folder; that its files may be another user's is no reason against it.
            settings.Add(("safe.directory", options.Repository));
            settings.Add(("safe.directory", Path.Combine(options.Repository, ".git")));
        }

        if (options is { IsHttps: true, CaFile: { } authorities })
        {
            settings.Add(("http.sslCAInfo", authorities));
        }

        if (options.AllowedSignersFile is { } signers)
        {
            settings.Add(("gpg.ssh.allowedSignersFile", signers));
        }

        environment["GIT_CONFIG_COUNT"] = settings.Count.ToString(CultureInfo.InvariantCulture);
        for (var index = 0; index < settings.Count; index++)
        {
            environment[$"GIT_CONFIG_KEY_{index}"] = settings[index].Name;
            environment[$"GIT_CONFIG_VALUE_{index}"] = settings[index].Value;
        }

        return environment;
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
