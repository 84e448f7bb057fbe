using GlobalGateway.Contracts.Resources;

namespace GlobalGateway.EdgeNode.Upstreams;

/// <summary>One secret towards a provider, re-read when its file changes; never logged.</summary>
public sealed class UpstreamCredential
{
    /// <summary>How often a file is looked at, and how old a value may be.</summary>
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(1);
    private const int SecretBytesMax = 64 * 1024;

    private readonly TimeProvider _clock;
    private readonly string? _environmentVariable;
    private readonly string? _path;
    private readonly string? _root;
    private long _checkedAt;
    private long _cooldownUntil = long.MinValue;
    private DateTime _fileTime;
    private string? _secret;

    public UpstreamCredential(Credential resource, string? secretsRoot, TimeProvider clock)
    {
        Name = resource.Name;
        Scheme = resource.Scheme;
        _clock = clock;
        _environmentVariable = resource.FromEnv;
        if (resource.FromFile is { } file && secretsRoot is not null)
        {
            _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(secretsRoot)) + Path.DirectorySeparatorChar;
            _path = Path.GetFullPath(file, _root);
        }

        _secret = Read();
        _checkedAt = clock.GetTimestamp();
    }

    public string Name { get; }

    public CredentialScheme Scheme { get; }

    /// <summary>Absent while the variable or file is missing or empty.</summary>
    public string? Secret
    {
        get
        {
            if (_path is not null || _secret is null)
            {
                RefreshWhenDue();
            }

            return Volatile.Read(ref _secret);
        }
    }

    public bool CoolingDown => _clock.GetTimestamp() < Volatile.Read(ref _cooldownUntil);

    /// <summary>The provider refused the secret or its account: leave it for a while, then try again.</summary>
    public void CoolDown(TimeSpan time) =>
        Volatile.Write(ref _cooldownUntil, _clock.GetTimestamp() + (long)(time.TotalSeconds * _clock.TimestampFrequency));

    private void RefreshWhenDue()
    {
        var last = Volatile.Read(ref _checkedAt);
        if (_clock.GetElapsedTime(last) < CheckEvery
            || Interlocked.CompareExchange(ref _checkedAt, _clock.GetTimestamp(), last) != last)
        {
            return;
        }

        Volatile.Write(ref _secret, Read());
    }

    private string? Read()
    {
        if (_environmentVariable is not null)
        {
            return Environment.GetEnvironmentVariable(_environmentVariable) is { Length: > 0 } value ? value : null;
        }

        if (_path is null)
        {
            return null;
        }

        try
        {
            var file = new FileInfo(_path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName;
            if (!target.StartsWith(_root!, StringComparison.Ordinal) || !File.Exists(target) || new FileInfo(target).Length > SecretBytesMax)
            {
                return null;
            }

            var time = File.GetLastWriteTimeUtc(target);
            if (time == _fileTime && _secret is not null)
            {
                return _secret;
            }

            _fileTime = time;
            return File.ReadAllText(target).Trim() is { Length: > 0 } text ? text : null;
        }
        catch (IOException)
        {
            // Being replaced right now: the present secret serves until the next look.
            return _secret;
        }
    }
}
