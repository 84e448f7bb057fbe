using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>
/// Ids of responses as clients get them: <c>resp_</c>, then a signature and where the response was made. Signed for one
/// tenant, so that the id of another is as unknown as one that was never given out.
/// </summary>
public sealed class ResponseIds(ResponseIdKeys keys)
{
    private const string Prefix = "resp_";
    private const int SignatureBytes = 16;
    private const int LengthMax = 1024;
    private const char Separator = '\n';

    public string Wrap(ResponseOrigin origin, string tenant)
    {
        var text = Encoding.UTF8.GetBytes(string.Join(
            Separator, origin.Region, origin.Model, origin.Target, origin.Credential, origin.IsKept ? "kept" : "", origin.ProvidersId));
        var bytes = new byte[SignatureBytes + text.Length];
        text.CopyTo(bytes, SignatureBytes);
        Sign(keys.Signing, text, tenant, bytes.AsSpan(0, SignatureBytes));
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    /// <summary>Nothing for an id that this fleet did not give to the tenant.</summary>
    public ResponseOrigin? Read(string id, string tenant)
    {
        if (!id.StartsWith(Prefix, StringComparison.Ordinal) || id.Length > LengthMax || !Base64Url.IsValid(id.AsSpan(Prefix.Length)))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(id.AsSpan(Prefix.Length));
        return bytes.Length > SignatureBytes && IsSigned(bytes, tenant) && Encoding.UTF8.GetString(bytes, SignatureBytes, bytes.Length - SignatureBytes).Split(Separator) is
            [var region, var model, var target, var credential, var kept, var own]
            ? new ResponseOrigin(region, model, target, credential, kept.Length > 0, own)
            : null;
    }

    private bool IsSigned(ReadOnlySpan<byte> bytes, string tenant)
    {
        Span<byte> expected = stackalloc byte[SignatureBytes];
        foreach (var key in keys.All)
        {
            Sign(key, bytes[SignatureBytes..], tenant, expected);
            if (CryptographicOperations.FixedTimeEquals(expected, bytes[..SignatureBytes]))
            {
                return true;
            }
        }

        return false;
    }

    private static void Sign(byte[] key, ReadOnlySpan<byte> text, string tenant, Span<byte> signature)
    {
        // No text holds a zero, so the tenant cannot be mistaken for a part of it.
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, [.. text, 0, .. Encoding.UTF8.GetBytes(tenant)], whole);
        whole[..SignatureBytes].CopyTo(signature);
    }
}
