using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;

namespace GlobalGateway.Contracts.Trust;

/// <summary>Decides whether a peer's certificate comes from the fleet's own CA, and whose it is.</summary>
public sealed class FleetTrust(string authorityPath, string fleet)
{
    /// <summary>Checks chain, lifetime and fleet; the CA file is read each time, so that it can be replaced while running.</summary>
    public bool TryIdentify(X509Certificate? peer, [NotNullWhen(true)] out FleetIdentity? identity)
    {
        identity = null;
        if (peer is null)
        {
            return false;
        }

        var certificate = peer as X509Certificate2;
        var owned = certificate is null ? certificate = X509CertificateLoader.LoadCertificate(peer.GetRawCertData()) : null;
        try
        {
            return Chains(certificate) && FleetIdentity.TryRead(certificate, out identity) && identity.Fleet == fleet;
        }
        finally
        {
            owned?.Dispose();
        }
    }

    private bool Chains(X509Certificate2 certificate)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(authorityPath);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        try
        {
            return chain.Build(certificate);
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
