using System.Diagnostics;

namespace GlobalGateway.Testing.Etcd;

/// <summary>A real etcd cluster on free loopback ports, ended and deleted with the fixture.</summary>
public sealed class EtcdCluster : IDisposable
{
    /// <summary>What the fleet's user may read and write in a secured cluster.</summary>
    public const string AllowedPrefix = "gg/test/";

    public const string User = "gateway";

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(40);

    private readonly string _folder = Directory.CreateTempSubdirectory("gg-etcd-").FullName;
    private readonly EtcdCertificates? _certificates;
    private readonly string _password = Guid.NewGuid().ToString("N");
    private string _token = "first";
    private bool _loginIsOn;

    private EtcdCluster(int members, bool secured)
    {
        _certificates = secured ? new EtcdCertificates(_folder) : null;
        Members = [.. Enumerable.Range(1, members).Select(number => new EtcdMember($"m{number}", _folder, secured ? "https" : "http", Arguments))];
    }

    /// <summary>Why there is no etcd here; absent when there is one.</summary>
    public static string? Missing => EtcdTools.Missing("etcd", "etcd-server") ?? EtcdTools.Missing("etcdctl", "etcd-client");

    public IReadOnlyList<EtcdMember> Members { get; }

    public IReadOnlyList<string> Urls => [.. Members.Select(member => member.Url)];

    /// <summary>Files of a secured cluster; absent in one that lets everybody in.</summary>
    public string? CaFile => _certificates?.Ca;
    public string? Certificate => _certificates?.Client;
    public string? CertificateKey => _certificates?.ClientKey;
    public string? UserFile => FileOf("user", User);
    public string? PasswordFile => FileOf("password", _password);

    /// <param name="secured">TLS with client certificates, and a user who may use <see cref="AllowedPrefix"/> only.</param>
    public static async Task<EtcdCluster> StartAsync(int members, bool secured, CancellationToken cancel)
    {
        var cluster = new EtcdCluster(members, secured);
        try
        {
            cluster.Members.ToList().ForEach(member => member.Start());
            await cluster.HealthyAsync(cancel);
            if (secured)
            {
                await cluster.SecureAsync(cancel);
            }

            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Runs etcdctl at the first member, or at the one named.</summary>
    public Task<string> ControlAsync(CancellationToken cancel, params string[] words) => ControlAsync(Members[0], words, cancel);

    public Task<string> ControlAsync(EtcdMember member, string[] words, CancellationToken cancel) => EtcdTools.ControlAsync(
        [
            "--endpoints", member.Url,
            .. (string[])(_certificates is null ? [] : ["--cacert", _certificates.Ca, "--cert", _certificates.Client, "--key", _certificates.ClientKey]),
            .. (string[])(_loginIsOn ? ["--user", $"root:{_password}"] : []),
            .. words,
        ],
        cancel);

    /// <summary>Waits until every running member answers a linearizable read.</summary>
    public async Task HealthyAsync(CancellationToken cancel, params EtcdMember[] without)
    {
        var waited = Stopwatch.StartNew();
        foreach (var member in Members.Except(without))
        {
            while (true)
            {
                try
                {
                    await ControlAsync(member, ["--command-timeout", "2s", "endpoint", "health"], cancel);
                    break;
                }
                catch (InvalidOperationException problem)
                {
                    member.ThrowIfEnded();
                    if (waited.Elapsed > StartMax)
                    {
                        throw new TimeoutException($"etcd does not answer within {StartMax.TotalSeconds} s: {problem.Message}");
                    }

                    await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
                }
            }
        }
    }

    public async Task<string> SnapshotAsync(string name, CancellationToken cancel)
    {
        var path = Path.Combine(_folder, name);
        await ControlAsync(cancel, "snapshot", "save", path);
        return path;
    }

    /// <summary>Ends every member and starts all of them again with what the snapshot holds, as a new cluster.</summary>
    public async Task RestoreAsync(string snapshot, CancellationToken cancel)
    {
        StopAndForget();
        _token = Path.GetFileName(snapshot);
        foreach (var member in Members)
        {
            await EtcdTools.ControlAsync(
                [
                    "snapshot", "restore", snapshot, "--name", member.Name, "--data-dir", member.DataFolder, "--initial-cluster", Names,
                    "--initial-cluster-token", _token, "--initial-advertise-peer-urls", member.PeerUrl,
                ],
                cancel);
            member.Start();
        }

        await HealthyAsync(cancel);
    }

    /// <summary>Ends every member and starts all of them again with nothing.</summary>
    public async Task WipeAsync(CancellationToken cancel)
    {
        StopAndForget();
        _token = Guid.NewGuid().ToString("N");
        _loginIsOn = false;
        Members.ToList().ForEach(member => member.Start());
        await HealthyAsync(cancel);
    }

    public void Dispose()
    {
        foreach (var member in Members)
        {
            member.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Names => string.Join(',', Members.Select(member => $"{member.Name}={member.PeerUrl}"));

    private void StopAndForget()
    {
        foreach (var member in Members)
        {
            member.Kill();
            if (Directory.Exists(member.DataFolder))
            {
                Directory.Delete(member.DataFolder, recursive: true);
            }
        }
    }

    private IReadOnlyList<string> Arguments(EtcdMember member) =>
    [
        "--initial-cluster", Names, "--initial-cluster-token", _token,
        .. (string[])(_certificates is null ? [] : ["--cert-file", _certificates.Member, "--key-file", _certificates.MemberKey, "--trusted-ca-file", _certificates.Ca, "--client-cert-auth"]),
    ];

    private async Task SecureAsync(CancellationToken cancel)
    {
        await ControlAsync(cancel, "user", "add", $"root:{_password}");
        await ControlAsync(cancel, "user", "grant-role", "root", "root");
        await ControlAsync(cancel, "role", "add", "fleet");
        await ControlAsync(cancel, "role", "grant-permission", "fleet", "--prefix=true", "readwrite", AllowedPrefix);
        await ControlAsync(cancel, "user", "add", $"{User}:{_password}");
        await ControlAsync(cancel, "user", "grant-role", User, "fleet");
        await ControlAsync(cancel, "auth", "enable");
        _loginIsOn = true;
    }

    private string? FileOf(string name, string text)
    {
        if (_certificates is null)
        {
            return null;
        }

        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
