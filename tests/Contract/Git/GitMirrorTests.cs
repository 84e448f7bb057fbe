using System.Text;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.Contracts.Loading.Trees;
using GlobalGateway.ControlPlane.Git;
using GlobalGateway.Testing;
using GlobalGateway.Testing.Git;
using Shouldly;
using Xunit;

namespace GlobalGateway.Contract.Git;

public sealed class GitMirrorTests : IDisposable
{
    private readonly TestRepository _repository = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("gg-mirror-").FullName;

    private CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _repository.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Fetch_ACommit_ReadsItsFilesWithoutCheckingItOut()
    {
        _repository.Write("gitops/base/a.yaml", "a: ä\n");
        var hash = _repository.Commit("Add a\n\nand more");
        var mirror = Mirror();

        var commit = await mirror.FetchAsync(Cancel);
        using var tree = await mirror.TreeAsync(commit, Cancel);

        commit.ShouldBe(new GitCommit(hash, "Jane <jane@acme.example>", "Add a"));
        tree.Entries("gitops").ShouldHaveSingleItem().Kind.ShouldBe(TreeEntryKind.Folder);
        Encoding.UTF8.GetString(tree.Read("gitops/base/a.yaml")).ShouldBe("a: ä\n");
        Directory.GetFiles(_folder, "a.yaml", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Load_AnOverlayInACommit_IsWhatTheFolderIs()
    {
        Folders.Copy(SourceTree.PathOf("gitops"), _repository.PathOf("gitops"));
        _repository.Commit("All of it");
        var mirror = Mirror();
        using var tree = await mirror.TreeAsync(await mirror.FetchAsync(Cancel), Cancel);

        var fromGit = ResourceLoader.Load(tree, "gitops/local");

        fromGit.Errors.ShouldBeEmpty();
        var fromDisk = ResourceLoader.Load(SourceTree.PathOf("gitops", "local")).Resources.ShouldNotBeNull();
        GlobalGateway.Contracts.Canonical.ContentHash.Of(fromGit.Resources!).ShouldBe(GlobalGateway.Contracts.Canonical.ContentHash.Of(fromDisk));
    }

    [Fact]
    public async Task Load_LinksAndSubmodules_AreErrorsThatNameThem()
    {
        File.CreateSymbolicLink(_repository.PathOf("link.yaml"), "/etc/passwd");
        Directory.CreateSymbolicLink(_repository.PathOf("out"), "/etc");
        using var other = new TestRepository();
        other.Commit("x.yaml", "x: 1\n");
        _repository.Git("submodule", "--quiet", "add", other.Directory, "sub");
        _repository.Commit("Links");
        var mirror = Mirror();
        using var tree = await mirror.TreeAsync(await mirror.FetchAsync(Cancel), Cancel);

        var errors = ResourceLoader.Load(tree, "").Errors.Select(error => error.ToString()).ToArray();

        errors.ShouldBe(
        [
            "link.yaml  is a symbolic link; links are not followed",
            "out  is a symbolic link; links are not followed",
            "sub  is a submodule; submodules are not followed",
        ]);
    }

    [Fact]
    public async Task Load_ABaseOutsideTheRepository_IsAnError()
    {
        _repository.Commit("overlay.yaml", "base: ../../../etc\n");
        var mirror = Mirror();
        using var tree = await mirror.TreeAsync(await mirror.FetchAsync(Cancel), Cancel);

        ResourceLoader.Load(tree, "").Errors.ShouldHaveSingleItem().ToString().ShouldBe("overlay.yaml:1:7  base: no folder \"../../../etc\"");
    }

    [Fact]
    public async Task IsForward_AForcedPush_IsNot()
    {
        var first = _repository.Commit("a.yaml", "a: 1\n");
        var second = _repository.Commit("a.yaml", "a: 2\n");
        var mirror = Mirror();
        var seen = await mirror.FetchAsync(Cancel);
        _repository.Git("reset", "--quiet", "--hard", first);
        _repository.Commit("a.yaml", "a: 3\n");

        var forced = await mirror.FetchAsync(Cancel);

        seen.Hash.ShouldBe(second);
        (await mirror.IsForwardAsync(second, forced, Cancel)).ShouldBeFalse();
        (await mirror.IsForwardAsync(first, forced, Cancel)).ShouldBeTrue();
        (await mirror.IsForwardAsync(new string('0', 40), forced, Cancel)).ShouldBeFalse();
    }

    [Fact]
    public async Task Fetch_ALargeFileThatPacksSmall_IsRefusedBeforeItIsRead()
    {
        using (var bomb = File.Create(_repository.PathOf("bomb.yaml")))
        {
            bomb.SetLength(200 * 1024 * 1024);
        }

        _repository.Commit("Grow");
        var mirror = Mirror();
        using var tree = await mirror.TreeAsync(await mirror.FetchAsync(Cancel), Cancel);

        ResourceLoader.Load(tree, "").Errors.ShouldHaveSingleItem().Message.ShouldBe("209,715,200 bytes, a file may have 4,194,304");
        new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length).ShouldBeLessThan(10_000_000);
    }

    [Fact]
    public async Task Tree_AFolderThatHoldsItselfTenTimesTenTimes_IsRefused()
    {
        // Ten levels of a tree that names the level below ten times: ten thousand million files in a few hundred bytes.
        _repository.Write("blob", "x");
        var tree = _repository.Git("hash-object", "-w", "blob").Trim();
        var type = "100644 blob";
        for (var level = 0; level < 10; level++)
        {
            File.WriteAllText(_repository.PathOf("level"), string.Concat(Enumerable.Range(0, 10).Select(entry => $"{type} {tree}\tf{entry}\n")));
            tree = Mktree();
            type = "040000 tree";
        }

        _repository.Git("update-ref", "refs/heads/main", _repository.Git("commit-tree", "-m", "Unfold", tree).Trim());
        var mirror = Mirror();
        var commit = await mirror.FetchAsync(Cancel);

        (await Should.ThrowAsync<GitException>(() => mirror.TreeAsync(commit, Cancel))).Message.ShouldBe("the commit has more than 50,000 files");

        string Mktree()
        {
            using var process = System.Diagnostics.Process.Start(
                new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", "git mktree < level"]) { WorkingDirectory = _repository.Directory, RedirectStandardOutput = true })!;
            return process.StandardOutput.ReadToEnd().Trim();
        }
    }

    [Theory]
    [InlineData("ext::sh -c touch% /tmp/gg-ext-ran")]
    [InlineData("fd::17")]
    [InlineData("--upload-pack=/bin/false")]
    [InlineData("http://127.0.0.1:1/x")]
    [InlineData("git://127.0.0.1:1/x")]
    [InlineData("https://user:secret@127.0.0.1/x")]
    [InlineData("https://127.0.0.1/x?token=secret")]
    [InlineData("ssh://-oProxyCommand=x/y")]
    [InlineData("-oProxyCommand=x:y")]
    [InlineData("relative/path")]
    public async Task Repository_OfAnotherProtocol_IsRefusedByOptionsAndByGitItself(string repository)
    {
        var options = new GitOptions { Repository = repository, SshKeyFile = "/dev/null", KnownHostsFile = "/dev/null" };
        var errors = new List<string>();
        options.Validate(errors);
        errors.ShouldContain(error => error.StartsWith("git.repository", StringComparison.Ordinal));
        errors.ShouldAllBe(error => !error.Contains("secret", StringComparison.Ordinal));

        if (!repository.StartsWith("https:", StringComparison.Ordinal))
        {
            // Should the check above ever be passed by, git still refuses the protocol or does not find such a folder.
            await Should.ThrowAsync<GitException>(() => new GitMirror(options, Path.Combine(_folder, "refused")).FetchAsync(Cancel));
            File.Exists("/tmp/gg-ext-ran").ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("--upload-pack=x")]
    [InlineData("-x")]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("main:refs/heads/x")]
    [InlineData("main.lock")]
    [InlineData("")]
    public void Branch_ThatIsNoName_IsRefused(string branch)
    {
        var errors = new List<string>();
        new GitOptions { Repository = _repository.Directory, Branch = branch }.Validate(errors);
        errors.ShouldHaveSingleItem().ShouldStartWith("git.branch: ");
    }

    [Fact]
    public async Task Fetch_LocalFileWhereARemoteHostWasConfigured_IsRefusedByProtocol()
    {
        // The form of the address decides which protocols git may use: "file" only for a path.
        _repository.Commit("a.yaml", "a: 1\n");
        var options = new GitOptions { Repository = "file://" + _repository.Directory, SshKeyFile = "/dev/null", KnownHostsFile = "/dev/null" };

        var refused = await Should.ThrowAsync<GitException>(() => new GitMirror(options, Path.Combine(_folder, "file")).FetchAsync(Cancel));

        refused.Message.ShouldContain("'file' not allowed");
    }

    [Fact]
    public async Task Fetch_HooksAndFiltersInTheMirrorOrTheRepository_DoNotRun()
    {
        var ran = Path.Combine(_folder, "ran");
        _repository.Write(".gitattributes", "*.yaml filter=evil\n");
        _repository.Commit("a.yaml", "a: 1\n");
        var mirror = Mirror();
        await mirror.FetchAsync(Cancel);
        foreach (var hook in (string[])["post-checkout", "reference-transaction", "post-merge"])
        {
            var path = Path.Combine(_folder, "mirror", "hooks", hook);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, $"#!/bin/sh\ntouch {ran}\n", Cancel);
            System.Diagnostics.Process.Start("chmod", ["+x", path]).WaitForExit();
        }

        _repository.Commit("a.yaml", "a: 2\n");
        using var tree = await mirror.TreeAsync(await mirror.FetchAsync(Cancel), Cancel);

        Encoding.UTF8.GetString(tree.Read("a.yaml")).ShouldBe("a: 2\n");
        File.Exists(ran).ShouldBeFalse();
    }

    [Fact]
    public async Task VerifySignature_OnlyAnAllowedSignersCommit_Passes()
    {
        Keygen("jane");
        Keygen("mallory");
        var allowed = Path.Combine(_folder, "allowed");
        await File.WriteAllTextAsync(allowed, $"jane@acme.example {await File.ReadAllTextAsync(Path.Combine(_folder, "jane.pub"), Cancel)}", Cancel);
        var mirror = new GitMirror(new GitOptions { Repository = _repository.Directory, AllowedSignersFile = allowed }, Path.Combine(_folder, "mirror"));

        Sign("jane");
        await mirror.VerifySignatureAsync(await mirror.FetchAsync(Cancel), Cancel);

        Sign("mallory");
        var another = await mirror.FetchAsync(Cancel);
        (await Should.ThrowAsync<GitException>(() => mirror.VerifySignatureAsync(another, Cancel))).Message.ShouldBe($"commit {another.Hash[..7]} has no signature of an allowed signer");

        _repository.Commit("Unsigned");
        var unsigned = await mirror.FetchAsync(Cancel);
        await Should.ThrowAsync<GitException>(() => mirror.VerifySignatureAsync(unsigned, Cancel));

        void Keygen(string name) => System.Diagnostics.Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", Path.Combine(_folder, name)]).WaitForExit();

        void Sign(string name) => _repository.Git(
            "-c", "gpg.format=ssh", "-c", $"user.signingkey={Path.Combine(_folder, name)}", "commit", "--quiet", "--allow-empty", "-S", "-m", $"Signed by {name}");
    }

    [Fact]
    public async Task Fetch_OverHttps_SendsTheTokenToItsHostOnly()
    {
        _repository.Commit("a.yaml", "a: 1\n");
        var tokenFile = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(tokenFile, "s3cret-token\n", Cancel);
        await using var server = await GitHttpServer.StartAsync(_repository.Directory, "x-access-token", "s3cret-token");
        await using var elsewhere = await GitHttpServer.StartAsync(_repository.Directory, "x-access-token", "s3cret-token");
        var options = new GitOptions { Repository = $"{server.Address}/.git", TokenFile = tokenFile, CaFile = server.CaFile };
        var mirror = new GitMirror(options, Path.Combine(_folder, "https"));

        var commit = await mirror.FetchAsync(Cancel);
        commit.Subject.ShouldBe("Write a.yaml");

        server.RedirectTo = elsewhere.Address;
        var redirected = await Should.ThrowAsync<GitException>(() => mirror.FetchAsync(Cancel));
        elsewhere.Authorized.ShouldBe(0);

        server.RedirectTo = null;
        await File.WriteAllTextAsync(tokenFile, "wrong-token\n", Cancel);
        var refused = await Should.ThrowAsync<GitException>(() => mirror.FetchAsync(Cancel));
        (redirected.Message + refused.Message).ShouldNotContain("token", Case.Insensitive);

        var stranger = new GitOptions { Repository = $"{elsewhere.Address}/.git", TokenFile = tokenFile, CaFile = server.CaFile };
        await Should.ThrowAsync<GitException>(() => new GitMirror(stranger, Path.Combine(_folder, "stranger")).FetchAsync(Cancel));
        elsewhere.Authorized.ShouldBe(0);
    }

    private GitMirror Mirror() => new(new GitOptions { Repository = _repository.Directory }, Path.Combine(_folder, "mirror"));
}
