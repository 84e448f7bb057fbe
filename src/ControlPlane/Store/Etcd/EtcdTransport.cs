using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using GlobalGateway.Contracts.Trust;

namespace GlobalGateway.ControlPlane.Store.Etcd;

/// <summary>Makes the HTTP client that speaks to the members: no redirects, no proxy, no cookies, and TLS as the options say.</summary>
internal static class EtcdTransport
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    public static HttpClient Make(EtcdOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            ActivityHeadersPropagator = null,
        };
        if (options.CaFile is { } authorities)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(authorities, certificate, chain, errors);
        }

        if (options is { Certificate: { } certificate, CertificateKey: { } key })
        {
            var own = new ReloadedCertificate(certificate, key);
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => own.Current;
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = EtcdGateway.AnswerBytesMax };
    }

    // The file is read at each handshake, so that it can be replaced while running.
    private static bool IsTrusted(string authoritiesPath, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 member || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(authoritiesPath);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainElements.Select(element => element.Certificate).ToArray());
        }

        try
        {
            return chain.Build(member);
        }
        finally
        {
            foreach (var authority in authorities)
            {
                authority.Dispose();
            }
        }
    }
}
