namespace GlobalGateway.ControlPlane.Store.Etcd;

/// <summary>The token of the fleet's user, got anew when a member does not take it any more.</summary>
internal sealed class EtcdLogin(string userFile, string passwordFile) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile string? _token;

    /// <param name="refused">The token that is none any more; whoever comes second with it takes the first one's new token.</param>
    /// <exception cref="EtcdFailureException"/>
    public async Task<string> TokenAsync(string? refused, Func<AuthenticateRequest, Task<string>> login, CancellationToken cancel)
    {
        if (_token is { } known && known != refused)
        {
            return known;
        }

        await _gate.WaitAsync(cancel);
        try
        {
            if (_token is { } newer && newer != refused)
            {
                return newer;
            }

            return _token = await login(new AuthenticateRequest(await ReadAsync(userFile, cancel), await ReadAsync(passwordFile, cancel)));
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private static async Task<string> ReadAsync(string path, CancellationToken cancel)
    {
        try
        {
            return (await File.ReadAllTextAsync(path, cancel)).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new EtcdFailureException(FailureKind.Refused, $"{path} cannot be read: {problem.Message}", problem);
        }
    }
}
