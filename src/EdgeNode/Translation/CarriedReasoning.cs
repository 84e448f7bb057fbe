using System.Buffers;
using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>
/// Thinking on its way through a tool loop inside the id of the call that follows it: a client that keeps only standard fields
/// sends the id back, and the provider that made the thinking gets it as it was. Towards any other provider it is left out.
/// </summary>
internal static class CarriedReasoning
{
    private const string Mark = "_grs_";

    /// <summary>Longer thinking is left out of the id; its signature alone is what the provider knows it by.</summary>
    private const int TextLengthMax = 2_048;

    /// <summary>More than this is not carried.</summary>
    private const int BytesMax = 128 * 1024;

    private const int CompressedFrom = 192;
    private const byte Plain = 0;
    private const byte Compressed = 1;

    /// <summary>The id with what must come back with it; as it is where there is nothing to come back.</summary>
    public static string Put(string id, IEnumerable<ReasoningPart> parts)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        var any = false;
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var part in parts)
            {
                var (provider, signature) = ForeignSignature.Read(part.Signature, part.Provider ?? "");
                if (provider.Length > 0 && (signature is not null || part.Redacted is not null))
                {
                    any = true;
                    writer.WriteStringValue(provider);
                    writer.WriteStringValue(part.Text.Length <= TextLengthMax ? part.Text : "");
                    writer.WriteStringValue(signature ?? "");
                    writer.WriteStringValue(part.Redacted ?? "");
                }
            }

            writer.WriteEndArray();
        }

        return any && buffer.WrittenCount <= BytesMax ? $"{id}{Mark}{Base64Url.EncodeToString(Pack(buffer.WrittenSpan))}" : id;
    }

    /// <summary>The provider's own id and what <see cref="Put"/> added; nothing for ids of anyone else.</summary>
    public static (string Id, IReadOnlyList<ReasoningPart> Parts) Take(string id)
    {
        var mark = id.LastIndexOf(Mark, StringComparison.Ordinal);
        if (mark < 0)
        {
            return Gemini.GeminiCallIds.SignatureOf(id) is { } signature
                ? (Gemini.GeminiCallIds.WithoutSignature(id), [new ReasoningPart("", signature, null, Gemini.GeminiWords.Provider)])
                : (id, []);
        }

        try
        {
            using var document = JsonDocument.Parse(Unpack(Base64Url.DecodeFromChars(id.AsSpan(mark + Mark.Length))));
            string[] texts = [.. document.RootElement.EnumerateArray().Select(t => t.GetString() ?? "")];
            return (id[..mark], [.. texts.Chunk(4).Where(t => t.Length == 4).Select(t => new ReasoningPart(t[1], Set(t[2]), Set(t[3]), t[0]))]);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidDataException or InvalidOperationException)
        {
            return (id, []);
        }
    }

    /// <summary>Where in a body of the provider's own dialect ids carry something, which is left out there.</summary>
    public static IReadOnlyList<Range> Places(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("_gts_"u8) < 0 && body.IndexOf("_grs_"u8) < 0)
        {
            return [];
        }

        var places = new List<Range>();
        var from = 0;
        while (body[from..].IndexOf("_gts_"u8) is var gemini && body[from..].IndexOf("_grs_"u8) is var other && (gemini >= 0 || other >= 0))
        {
            var start = from + (gemini < 0 ? other : other < 0 ? gemini : Math.Min(gemini, other));
            var length = body[start..].IndexOfAnyExcept(IdLetters);
            var opening = body[..start].LastIndexOf((byte)'"');
            from = start + Mark.Length;
            if (length > 0 && body[start + length] == (byte)'"' && opening >= 0
                && Take(Encoding.ASCII.GetString(body[(opening + 1)..(start + length)])).Parts.Count > 0)
            {
                places.Add(start..(start + length));
                from = start + length;
            }
        }

        return places;
    }

    private static readonly SearchValues<byte> IdLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"u8);

    private static string? Set(string text) => text.Length > 0 ? text : null;

    private static byte[] Pack(ReadOnlySpan<byte> json)
    {
        if (json.Length >= CompressedFrom)
        {
            var packed = new byte[BrotliEncoder.GetMaxCompressedLength(json.Length) + 1];
            if (BrotliEncoder.TryCompress(json, packed.AsSpan(1), out var length, quality: 4, window: 18) && length < json.Length)
            {
                packed[0] = Compressed;
                return packed[..(length + 1)];
            }
        }

        return [Plain, .. json];
    }

    private static ReadOnlyMemory<byte> Unpack(byte[] packed)
    {
        if (packed is not [Compressed, ..])
        {
            return packed is [Plain, ..] ? packed.AsMemory(1) : throw new FormatException("nothing that the gateway packed");
        }

        // Whoever writes an id of his own gets no more room than the gateway would have taken.
        var json = new byte[BytesMax];
        return BrotliDecoder.TryDecompress(packed.AsSpan(1), json, out var length) ? json.AsMemory(0, length) : throw new FormatException("too much, or not packed by the gateway");
    }
}
