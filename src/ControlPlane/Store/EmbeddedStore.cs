using System.Globalization;
using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Storage;

namespace GlobalGateway.ControlPlane.Store;

/// <summary>
/// A directory of immutable revisions for one control plane.
/// Invariants: chunks are written before the manifest that lists them, the manifest before the revision, the pointer last;
/// nothing is ever changed in place; an exclusive lock keeps a second control plane out.
/// </summary>
public sealed class EmbeddedStore : IDisposable
{
    /// <summary>Older revisions are deleted, with the chunks that no kept one lists.</summary>
    public const int RevisionsKept = 20;

    private readonly Lock _gate = new();
    private readonly FileStream _lock;
    private readonly string _directory;
    private readonly List<StoredRevision> _revisions;
    private SignedDocument? _pointer;

    private EmbeddedStore(string directory, FileStream @lock)
    {
        _directory = directory;
        _lock = @lock;
        foreach (var folder in (string[])[PathOf("chunks"), PathOf("manifests"), PathOf("revisions")])
        {
            Directory.CreateDirectory(folder);
            DurableFile.RemoveTemporary(folder);
        }

        DurableFile.RemoveTemporary(directory);
        _revisions = ReadRevisions();
        _pointer = ReadPointer();
    }

    /// <summary>What edges are told to serve; absent in a new store.</summary>
    public SignedDocument? Pointer
    {
        get
        {
            lock (_gate)
            {
                return _pointer;
            }
        }
    }

    /// <summary>The revisions kept, newest first.</summary>
    public IReadOnlyList<StoredRevision> Revisions
    {
        get
        {
            lock (_gate)
            {
                return [.. _revisions];
            }
        }
    }

    /// <exception cref="StoreException">Another control plane has it, or it cannot be written.</exception>
    public static EmbeddedStore Open(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            var file = new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new EmbeddedStore(directory, file);
        }
        catch (IOException)
        {
            throw new StoreException($"the store {directory} is in use by another control plane; stop it, or name another stateDirectory");
        }
        catch (UnauthorizedAccessException)
        {
            throw new StoreException($"the store {directory} may not be written by this user");
        }
    }

    public byte[]? Chunk(string digest) =>
        BundleFormat.IsDigest(digest) ? DurableFile.Read(PathOf("chunks", digest), BundleFormat.ChunkBytesMax) : null;

    /// <summary>A signed manifest as JSON.</summary>
    public byte[]? Manifest(string digest) =>
        BundleFormat.IsDigest(digest) ? DurableFile.Read(PathOf("manifests", digest), BundleFormat.SignedManifestBytesMax) : null;

    /// <summary>Adds a revision and moves the pointer to it.</summary>
    public void Commit(StoredRevision revision, IReadOnlyDictionary<string, byte[]> chunks, SignedDocument? manifest, SignedDocument pointer)
    {
        lock (_gate)
        {
            foreach (var (digest, bytes) in chunks)
            {
                var path = PathOf("chunks", digest);
                if (!File.Exists(path))
                {
                    DurableFile.Write(path, bytes);
                }
            }

            if (manifest is not null)
            {
                DurableFile.Write(PathOf("manifests", revision.Bundle), JsonSerializer.SerializeToUtf8Bytes(manifest, BundleJsonContext.Default.SignedDocument));
            }

            DurableFile.Write(
                PathOf("revisions", revision.Sequence.ToString("D19", CultureInfo.InvariantCulture)),
                JsonSerializer.SerializeToUtf8Bytes(revision, StoreJsonContext.Default.StoredRevision));
            DurableFile.Write(PathOf("pointer"), JsonSerializer.SerializeToUtf8Bytes(pointer, BundleJsonContext.Default.SignedDocument));
            _revisions.Insert(0, revision);
            _pointer = pointer;
            Collect();
        }
    }

    public void Dispose() => _lock.Dispose();

    private string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([_directory, .. parts]);

    private List<StoredRevision> ReadRevisions()
    {
        var revisions = new List<StoredRevision>();
        foreach (var path in Directory.EnumerateFiles(PathOf("revisions")))
        {
            revisions.Add(Read(path, StoreJsonContext.Default.StoredRevision));
        }

        return [.. revisions.OrderByDescending(revision => revision.Sequence)];
    }

    private SignedDocument? ReadPointer()
    {
        var path = PathOf("pointer");
        return File.Exists(path) ? Read(path, BundleJsonContext.Default.SignedDocument) : null;
    }

    private static T Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new StoreException($"{path} is damaged; restore it, or start with an empty stateDirectory: edges keep what they serve");
        }
    }

    private void Collect()
    {
        if (_revisions.Count <= RevisionsKept)
        {
            return;
        }

        foreach (var old in _revisions.Skip(RevisionsKept))
        {
            File.Delete(PathOf("revisions", old.Sequence.ToString("D19", CultureInfo.InvariantCulture)));
        }

        _revisions.RemoveRange(RevisionsKept, _revisions.Count - RevisionsKept);
        var manifests = _revisions.Select(revision => revision.Bundle).ToHashSet(StringComparer.Ordinal);
        var chunks = new HashSet<string>(StringComparer.Ordinal);
        foreach (var digest in manifests)
        {
            var document = JsonSerializer.Deserialize(Manifest(digest), BundleJsonContext.Default.SignedDocument)!;
            chunks.UnionWith(BundleReader.Manifest(document.Payload, digest).Chunks.Select(chunk => chunk.Sha256));
        }

        DeleteAllBut(PathOf("manifests"), manifests);
        DeleteAllBut(PathOf("chunks"), chunks);
    }

    private static void DeleteAllBut(string folder, HashSet<string> kept)
    {
        foreach (var path in Directory.EnumerateFiles(folder).Where(path => !kept.Contains(Path.GetFileName(path))))
        {
            File.Delete(path);
        }
    }
}
