using System.Diagnostics;

namespace GlobalGateway.Testing.Etcd;

/// <summary>One real etcd process with a data folder of its own.</summary>
public sealed class EtcdMember : IDisposable
{
    private readonly string _folder;
    private readonly Func<IReadOnlyList<string>> _arguments;
    private Process? _process;

    internal EtcdMember(string name, string folder, string scheme, Func<EtcdMember, IReadOnlyList<string>> arguments)
    {
        (Name, _folder) = (name, folder);
        (Port, PeerPort) = (FreePorts.Next(), FreePorts.Next());
        Url = $"{scheme}://127.0.0.1:{Port}";
        _arguments = () => arguments(this);
    }

    public string Name { get; }

    public int Port { get; }

    /// <summary>Where clients connect to.</summary>
    public string Url { get; }

    internal int PeerPort { get; }

    internal string PeerUrl => $"http://127.0.0.1:{PeerPort}";

    internal string DataFolder => Path.Combine(_folder, Name);

    private string LogFile => Path.Combine(_folder, Name + ".log");

    public void Start()
    {
        _process?.Dispose();
        _process = EtcdTools.Launch(
            [
                "--name", Name, "--data-dir", DataFolder, "--listen-client-urls", Url, "--advertise-client-urls", Url, "--listen-peer-urls", PeerUrl,
                "--initial-advertise-peer-urls", PeerUrl, "--heartbeat-interval", "50", "--election-timeout", "500", .. _arguments(),
            ],
            LogFile);
    }

    /// <summary>Stops it from doing anything, connections included, until <see cref="Continue"/>.</summary>
    public void Pause() => EtcdTools.Signal("STOP", _process!.Id);

    public void Continue() => EtcdTools.Signal("CONT", _process!.Id);

    /// <summary>Ends it at once, as a crash would.</summary>
    public void Kill()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }

    internal void ThrowIfEnded()
    {
        if (_process is { HasExited: true })
        {
            throw new InvalidOperationException($"etcd ended: {string.Join('\n', File.ReadLines(LogFile).TakeLast(5))}");
        }
    }

    public void Dispose()
    {
        Kill();
        _process?.Dispose();
    }
}
