using System.Diagnostics;

namespace GlobalGateway.Testing.Git;

/// <summary>A repository with a working tree in a temporary folder, written to by the real git with none of this machine's settings.</summary>
public sealed class TestRepository : IDisposable
{
    public TestRepository()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("gg-git-").FullName;
        Git("init", "--quiet", "--initial-branch=main");
    }

    public string Directory { get; }

    public string PathOf(string file) => Path.Combine(Directory, file);

    public void Write(string file, string text)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllText(PathOf(file), text);
    }

    /// <returns>The commit's hash.</returns>
    public string Commit(string message)
    {
        Git("add", "--all");
        Git("commit", "--quiet", "--allow-empty", "-m", message);
        return Git("rev-parse", "HEAD").Trim();
    }

    public string Commit(string file, string text)
    {
        Write(file, text);
        return Commit($"Write {file}");
    }

    /// <returns>What git wrote.</returns>
    public string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = Directory, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-c", "user.name=Jane", "-c", "user.email=jane@acme.example", "-c", "protocol.file.allow=always", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {error.Result}");
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
