namespace GlobalGateway.Contracts.Bundles;

/// <summary>Versions and limits of what control planes hand to edges.</summary>
public static class BundleFormat
{
    /// <summary>What this version writes.</summary>
    public const int Current = 1;

    /// <summary>What this version reads: its own format and up to two before it.</summary>
    public static readonly int[] Readable = [1];

    public const int ChunkBytesMax = 256 * 1024;
    public const int ChunksMax = 10_000;

    /// <summary>Of a manifest; signed and in Base64 it still fits into one request to etcd.</summary>
    public const int ManifestBytesMax = 1024 * 1024;

    /// <summary>Of a signed manifest on the wire, on disk and in the store.</summary>
    public const int SignedManifestBytesMax = 1_450_000;

    /// <summary>Of a revocation list's payload.</summary>
    public const int RevocationBytesMax = 400 * 1024;

    /// <summary>Of a signed pointer on the wire and on disk.</summary>
    public const int PointerBytesMax = 16 * 1024;

    public const long BundleBytesMax = 512L * 1024 * 1024;
    public const int ResourcesMax = 250_000;

    /// <summary>The audience of what every edge of the fleet may take.</summary>
    public const string WholeFleet = "*";

    /// <summary>Whether a text can be the name of a chunk or manifest: 64 lower-case hex digits.</summary>
    public static bool IsDigest(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);
}
