using System.Text.RegularExpressions;

namespace GlobalGateway.ControlPlane.Git;

/// <summary>The repository that configuration is taken from; the <c>git</c> object of a control plane's file.</summary>
public sealed partial class GitOptions
{
    public static readonly TimeSpan PollDefault = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan PollMin = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan PollMax = TimeSpan.FromHours(1);

    /// <summary><c>https://host/path</c>, <c>ssh://user@host/path</c>, <c>user@host:path</c>, or an absolute path of this machine.</summary>
    public string Repository { get; set; } = "";

    public string Branch { get; set; } = "main";

    /// <summary>The folder in the repository, usually an overlay such as <c>gitops/production</c>; default: its root.</summary>
    public string Path { get; set; } = "";

    /// <summary>https: file (0600) with the access token.</summary>
    public string? TokenFile { get; set; }

    /// <summary>https: the user name sent with the token. Default: <c>x-access-token</c>.</summary>
    public string TokenUser { get; set; } = "x-access-token";

    /// <summary>https: PEM file of the authorities that may vouch for the host; default: the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>ssh: private key file (0600).</summary>
    public string? SshKeyFile { get; set; }

    /// <summary>ssh: the hosts' keys; a host that is not in it is refused.</summary>
    public string? KnownHostsFile { get; set; }

    /// <summary>Only commits with an SSH signature of one of these signers (<c>ssh-keygen</c>'s ALLOWED SIGNERS format) are taken; absent, signatures are not looked at.</summary>
    public string? AllowedSignersFile { get; set; }

    /// <summary>Seconds between looks, 1 to 3,600. Default 30.</summary>
    public int PollSeconds { get; set; } = (int)PollDefault.TotalSeconds;

    /// <summary>File (0600) with the secret of the webhook <c>POST /hooks/git</c>; absent, there is no webhook.</summary>
    public string? WebhookSecretFile { get; set; }

    public bool IsLocalPath => System.IO.Path.IsPathRooted(Repository);

    public bool IsHttps => Repository.StartsWith("https://", StringComparison.Ordinal);

    public bool IsSsh => !IsLocalPath && !IsHttps;

    public TimeSpan Poll => TimeSpan.FromSeconds(PollSeconds);

    public void Validate(List<string> errors)
    {
        if (IsHttps ? !IsPlainHttps(Repository) : IsLocalPath ? !Directory.Exists(Repository) : !SshForm().IsMatch(Repository))
        {
            errors.Add(IsLocalPath ? $"git.repository: no folder \"{Repository}\""
                : "git.repository: is not https://host/path without user and query, ssh://user@host/path, user@host:path or an absolute path");
        }

        if (!BranchForm().IsMatch(Branch) || Branch.Contains("..", StringComparison.Ordinal) || Branch.Contains("//", StringComparison.Ordinal) || Branch.EndsWith(".lock", StringComparison.Ordinal))
        {
            errors.Add($"git.branch: \"{Branch}\" is not the name of a branch");
        }

        if (Path.Length > 0 && !Contracts.Loading.Trees.MemoryTree.IsPath(Path))
        {
            errors.Add($"git.path: \"{Path}\" is not a folder of the repository, such as gitops/production");
        }

        if (PollSeconds < PollMin.TotalSeconds || PollSeconds > PollMax.TotalSeconds)
        {
            errors.Add($"git.pollSeconds: {PollSeconds} is not {PollMin.TotalSeconds:0} to {PollMax.TotalSeconds:0}");
        }

        if (IsSsh && (SshKeyFile is null || KnownHostsFile is null))
        {
            errors.Add("git: ssh needs sshKeyFile and knownHostsFile");
        }

        foreach (var (name, file) in new[]
        {
            ("tokenFile", TokenFile), ("caFile", CaFile), ("sshKeyFile", SshKeyFile), ("knownHostsFile", KnownHostsFile),
            ("allowedSignersFile", AllowedSignersFile), ("webhookSecretFile", WebhookSecretFile),
        })
        {
            if (file is not null && !File.Exists(file))
            {
                errors.Add($"git.{name}: no file \"{file}\"");
            }
        }
    }

    /// <summary>As it may be shown: an https address has no user or query, so it holds no secret.</summary>
    public override string ToString() => $"{Repository} {Branch}{(Path.Length > 0 ? ":" + Path : "")}";

    private static bool IsPlainHttps(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { UserInfo: "", Query: "", Fragment: "" } && uri.AbsolutePath.Length > 1 && !url.Any(char.IsControl);

    [GeneratedRegex(@"\A(ssh://([a-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?/[A-Za-z0-9_./~-]+|[a-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[A-Za-z0-9_.~][A-Za-z0-9_./~-]*)\z")]
    private static partial Regex SshForm();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/-]{0,199}(?<![./])\z")]
    private static partial Regex BranchForm();
}
