using System.Diagnostics;
using System.Globalization;
using System.Text;
using GlobalGateway.Contracts.Loading.Trees;

namespace GlobalGateway.ControlPlane.Git;

/// <summary>A bare copy of the repository that is never checked out: commits are fetched into it and files read as objects.</summary>
public sealed class GitMirror(GitOptions options, string directory)
{
    private const string Head = "refs/gateway/head";

    private readonly GitProgram _git = new(options, directory);

    /// <summary>Takes the branch as it is now.</summary>
    /// <exception cref="GitException">It could not be fetched.</exception>
    public async Task<GitCommit> FetchAsync(CancellationToken cancel)
    {
        if (!File.Exists(Path.Combine(directory, "HEAD")))
        {
            Directory.CreateDirectory(directory);
            await _git.RunAsync(["init", "--bare", "--quiet", "--template="], cancel);
        }

        RemoveLeftovers();
        await _git.RunAsync(
            ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance", "--force", "--", options.Repository, $"refs/heads/{options.Branch}:{Head}"], cancel);
        var text = await _git.RunAsync(["log", "-1", "--no-show-signature", "--format=%H%x00%an <%ae>%x00%s", Head, "--"], cancel);
        var parts = text.TrimEnd('\n').Split('\0');
        return new GitCommit(parts[0], Plain(parts[1]), Plain(parts[2]));
    }

    /// <summary>Whether everything of the old commit is in the new one's history.</summary>
    public async Task<bool> IsForwardAsync(string old, GitCommit now, CancellationToken cancel) =>
        await _git.AskAsync(["rev-parse", "--verify", "--quiet", $"{old}^{{commit}}"], cancel) && await _git.AskAsync(["merge-base", "--is-ancestor", old, now.Hash], cancel);

    /// <exception cref="GitException">No allowed signer made its signature.</exception>
    public async Task VerifySignatureAsync(GitCommit commit, CancellationToken cancel)
    {
        if (!await _git.AskAsync(["verify-commit", commit.Hash], cancel))
        {
            throw new GitException($"commit {commit.Hash[..7]} has no signature of an allowed signer");
        }
    }

    /// <summary>The files of a commit; <see cref="GitTree"/> reads them when asked.</summary>
    /// <exception cref="GitException">There are too many, or they cannot be listed.</exception>
    public async Task<GitTree> TreeAsync(GitCommit commit, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(GitLimits.Time);
        using var process = _git.Start(["ls-tree", "-r", "-z", "--long", "--full-tree", commit.Hash]);
        try
        {
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            var files = await ListAsync(process.StandardOutput.BaseStream, limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? new GitTree(_git, files) : throw new GitException($"git ls-tree: {(await error).Trim()}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new GitException($"listing the files took longer than {GitLimits.Time.TotalSeconds:0} s");
        }
        finally
        {
            GitProgram.End(process);
        }
    }

    private static async Task<List<GitFile>> ListAsync(Stream output, CancellationToken cancel)
    {
        var files = new List<GitFile>();
        var reader = new StreamReader(output, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: false);
        var buffer = new char[16 * 1024];
        var entry = new StringBuilder();
        while (await reader.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            for (var index = 0; index < read; index++)
            {
                var letter = buffer[index];
                if (letter != '\0')
                {
                    entry.Append(letter);
                    continue;
                }

                if (files.Count == GitLimits.FilesMax)
                {
                    throw new GitException($"the commit has more than {GitLimits.FilesMax:#,0} files");
                }

                files.Add(FileOf(entry.ToString()));
                entry.Clear();
            }
        }

        return files;
    }

    /// <param name="entry"><c>mode type object size TAB path</c>.</param>
    private static GitFile FileOf(string entry)
    {
        var tab = entry.IndexOf('\t', StringComparison.Ordinal);
        var parts = tab < 0 ? [] : entry[..tab].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 4)
        {
            throw new GitException("git ls-tree answers in another form");
        }

        var kind = parts[0] switch
        {
            "120000" => TreeEntryKind.SymbolicLink,
            "160000" => TreeEntryKind.Submodule,
            _ => TreeEntryKind.File,
        };
        return new GitFile(entry[(tab + 1)..], kind, parts[2], long.TryParse(parts[3], CultureInfo.InvariantCulture, out var bytes) ? bytes : 0);
    }

    /// <summary>What people read stays on one line and says nothing to a terminal.</summary>
    private static string Plain(string text)
    {
        var plain = new string([.. text.Where(letter => !char.IsControl(letter))]);
        return plain.Length <= GitLimits.SubjectLettersMax ? plain : plain[..GitLimits.SubjectLettersMax];
    }

    /// <summary>A git that was ended half-way leaves its lock and its unfinished pack; nobody else uses this folder.</summary>
    private void RemoveLeftovers()
    {
        foreach (var left in Directory.EnumerateFiles(directory, "*.lock", SearchOption.AllDirectories).Concat(Packs("tmp_*")))
        {
            File.Delete(left);
        }
    }

    private IEnumerable<string> Packs(string pattern) =>
        Path.Combine(directory, "objects", "pack") is var folder && Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern) : [];
}

/// <summary>An entry of a commit.</summary>
/// <param name="Id">The object's name.</param>
public readonly record struct GitFile(string Path, TreeEntryKind Kind, string Id, long Bytes);
