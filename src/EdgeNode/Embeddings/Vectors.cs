using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace GlobalGateway.EdgeNode.Embeddings;

/// <summary>A vector as JSON numbers, or as base64 of little-endian 32-bit floats.</summary>
internal static class Vectors
{
    /// <summary>Reads either form.</summary>
    /// <exception cref="JsonException">It is neither.</exception>
    public static float[] Read(JsonElement vector) => vector.ValueKind switch
    {
        JsonValueKind.Array => [.. vector.EnumerateArray().Select(n => n.GetSingle())],
        JsonValueKind.String when vector.TryGetBytesFromBase64(out var bytes) && bytes.Length % sizeof(float) == 0 => OfBytes(bytes),
        _ => throw new JsonException("an embedding that is neither numbers nor base64 of floats"),
    };

    public static void Write(Utf8JsonWriter writer, float[] vector, bool base64)
    {
        if (!base64)
        {
            writer.WriteStartArray();
            foreach (var value in vector)
            {
                writer.WriteNumberValue(value);
            }

            writer.WriteEndArray();
            return;
        }

        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        }

        writer.WriteBase64StringValue(bytes);
    }

    private static float[] OfBytes(byte[] bytes)
    {
        if (BitConverter.IsLittleEndian)
        {
            return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        }

        var vector = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        }

        return vector;
    }
}
