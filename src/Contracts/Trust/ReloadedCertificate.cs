using System.Security.Cryptography.X509Certificates;

namespace GlobalGateway.Contracts.Trust;

/// <summary>A certificate with its key from PEM files, read again when they change, so that a renewal needs no restart.</summary>
public sealed class ReloadedCertificate(string certificatePath, string keyPath)
{
    private readonly Lock _gate = new();
    private X509Certificate2? _current;
    private (DateTime Certificate, DateTime Key) _written;

    /// <summary>The newest pair that could be read; a half-written renewal leaves the one before.</summary>
    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                var written = (File.GetLastWriteTimeUtc(certificatePath), File.GetLastWriteTimeUtc(keyPath));
                if (_current is null || written != _written)
                {
                    try
                    {
                        // The one before is left to the collector: handshakes may still hold it.
                        _current = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
                        _written = written;
                    }
                    catch (Exception problem) when (_current is not null
                        && problem is (IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException))
                    {
                        return _current!;
                    }
                }

                return _current;
            }
        }
    }
}
