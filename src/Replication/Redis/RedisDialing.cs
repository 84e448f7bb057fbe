using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace GlobalGateway.Replication.Redis;

/// <summary>Opens fresh multiplexers; files are read at each opening, so that a changed password or authority needs no restart.</summary>
internal sealed class RedisDialing(RedisOptions options, string purpose) : IDisposable
{
    /// <summary>A connection attempt, TLS and handshake included.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    // Its threads outlive every multiplexer, of which there is a new one after each failure.
    private readonly SocketManager _sockets = new($"redis-{purpose}");

    /// <summary>Connects to the master that the Sentinels name, or to the servers named.</summary>
    /// <exception cref="RedisUnavailableException">No server let this process in.</exception>
    public async Task<ConnectionMultiplexer> OpenAsync()
    {
        if (options.Master is not { } master)
        {
            return await ConnectAsync(options.Endpoints, options.PasswordFile, CommandMap.Default);
        }

        var address = await FindMasterAsync(master);
        return await ConnectAsync([address], options.PasswordFile, CommandMap.Default);
    }

    public void Dispose() => _sockets.Dispose();

    // The first that answers: one that is behind names a server whose role is then not master, and the next attempt asks again.
    private async Task<string> FindMasterAsync(string master)
    {
        var problem = "no Sentinel is named";
        foreach (var sentinel in options.Endpoints)
        {
            try
            {
                using var multiplexer = await ConnectAsync([sentinel], options.SentinelPasswordFile, CommandMap.Sentinel);
                var server = multiplexer.GetServer(multiplexer.GetEndPoints()[0]);
                var found = await server.SentinelGetMasterAddressByNameAsync(master).WaitAsync(ConnectTimeout);
                if (found is IPEndPoint or DnsEndPoint)
                {
                    return found is IPEndPoint ip ? ip.ToString() : $"{((DnsEndPoint)found).Host}:{((DnsEndPoint)found).Port}";
                }

                problem = $"the Sentinel {sentinel} does not know a master '{master}'";
            }
            catch (Exception e) when (e is RedisUnavailableException or RedisException or TimeoutException)
            {
                problem = $"the Sentinel {sentinel} does not answer: {e.Message}";
            }
        }

        throw new RedisUnavailableException(problem);
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(IReadOnlyList<string> endpoints, string? passwordFile, CommandMap commands)
    {
        var configuration = new ConfigurationOptions
        {
            AbortOnConnectFail = true,
            ClientName = $"gg-{purpose}",
            CommandMap = commands,
            ConnectRetry = 1,
            ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds,
            SyncTimeout = (int)ConnectTimeout.TotalMilliseconds,
            SocketManager = _sockets,
            // Neither keys nor channels of its own: the user may touch gg:* only.
            ConfigurationChannel = "",
            TieBreaker = "",
        };
        foreach (var endpoint in endpoints)
        {
            configuration.EndPoints.Add(endpoint);
        }

        try
        {
            configuration.Password = passwordFile is null ? null : (await File.ReadAllTextAsync(passwordFile)).Trim();
            if (options.CaFile is { } ca)
            {
                configuration.Ssl = true;
                var authority = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(ca));
                configuration.CertificateValidation += (_, certificate, _, errors) => IsSignedBy(authority, certificate, errors);
            }

            var connecting = ConnectionMultiplexer.ConnectAsync(configuration);
            ConnectionMultiplexer multiplexer;
            try
            {
                multiplexer = await connecting.WaitAsync(ConnectTimeout * 3);
            }
            catch (TimeoutException)
            {
                // Should it come about after all, nobody wants it.
                _ = connecting.ContinueWith(static late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
                throw;
            }

            // Otherwise answers are handed out one after the other, each with all the work that waited for it.
            multiplexer.PreserveAsyncOrder = false;
            return multiplexer;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new RedisUnavailableException(Describe(e), e);
        }
    }

    // The client's own texts are long and have advice on its options in them.
    private static string Describe(Exception e) => e switch
    {
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => "the password is not accepted, or the user may not ECHO, INFO or CLUSTER",
        RedisConnectionException connection => $"not reachable ({connection.FailureType})",
        IOException or UnauthorizedAccessException => "a file of the password or the authority cannot be read",
        System.Security.Cryptography.CryptographicException => "the authority's file is not a PEM certificate",
        _ => "no answer in time",
    };

    // Any chain to the authority will do, but the name must be the server's.
    private static bool IsSignedBy(X509Certificate2 authority, X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & (SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable)) != 0)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(leaf);
    }
}
