using System.Text;

namespace GlobalGateway.ControlPlane.Store.Embedded;

/// <summary>One durable change: entries as they are after it, and keys that are gone.</summary>
/// <param name="Reserved">Revisions up to this one may have been handed out; a reopened store goes on above it.</param>
internal sealed record JournalRecord(long Reserved, IReadOnlyList<StoreEntry> Put, IReadOnlyList<string> Deleted)
{
    public byte[] Encode()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.ASCII);
        writer.Write(Reserved);
        writer.Write7BitEncodedInt(Put.Count);
        foreach (var entry in Put)
        {
            writer.Write(entry.Key);
            writer.Write7BitEncodedInt64(entry.CreateRevision);
            writer.Write7BitEncodedInt64(entry.ModRevision);
            writer.Write7BitEncodedInt(entry.Value.Length);
            writer.Write(entry.Value);
        }

        writer.Write7BitEncodedInt(Deleted.Count);
        foreach (var key in Deleted)
        {
            writer.Write(key);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="FormatException">The bytes are no record of this version.</exception>
    public static JournalRecord Decode(byte[] payload)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(payload), Encoding.ASCII);
            var reserved = reader.ReadInt64();
            var put = new StoreEntry[reader.Read7BitEncodedInt()];
            for (var index = 0; index < put.Length; index++)
            {
                var key = reader.ReadString();
                var (created, changed) = (reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
                var value = reader.ReadBytes(reader.Read7BitEncodedInt());
                put[index] = new StoreEntry(key, value, created, changed);
            }

            var deleted = new string[reader.Read7BitEncodedInt()];
            for (var index = 0; index < deleted.Length; index++)
            {
                deleted[index] = reader.ReadString();
            }

            return new JournalRecord(reserved, put, deleted);
        }
        catch (Exception problem) when (problem is EndOfStreamException or ArgumentException or OverflowException or OutOfMemoryException)
        {
            throw new FormatException("no record of this version", problem);
        }
    }
}
