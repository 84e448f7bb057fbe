using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.ControlPlane.Store;

namespace GlobalGateway.ControlPlane.Revocations;

/// <summary>A signed list of revoked keys as it is in the store.</summary>
/// <param name="ModRevision">0 when there is none.</param>
internal sealed record StoredRevocations(SignedDocument? Document, IReadOnlyList<string> Keys, long ModRevision)
{
    public long Sequence => Document?.Sequence ?? 0;

    public static async Task<StoredRevocations> ReadAsync(IKeyValueStore store, string key, CancellationToken cancel)
    {
        if ((await store.RangeAsync(StoreQuery.One(key), cancel)).Single is not { } entry)
        {
            return new StoredRevocations(null, [], 0);
        }

        try
        {
            var document = JsonSerializer.Deserialize(entry.Value, BundleJsonContext.Default.SignedDocument) ?? throw new JsonException();
            return new StoredRevocations(document, BundleReader.Revocations(document).Keys, entry.ModRevision);
        }
        catch (Exception problem) when (problem is JsonException or BundleException)
        {
            throw new StoreException($"{key} in the store is damaged; an edge's newest list takes its place when the key is deleted");
        }
    }

    public static byte[] Bytes(SignedDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, BundleJsonContext.Default.SignedDocument);
}
