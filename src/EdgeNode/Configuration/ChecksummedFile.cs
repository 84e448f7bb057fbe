using System.Security.Cryptography;
using System.Text;
using GlobalGateway.Contracts.Storage;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>A small file with its SHA-256 in the first line: read whole or not at all.</summary>
public static class ChecksummedFile
{
    private const int DigestLetters = 64;

    public static void Write(string path, ReadOnlySpan<byte> body) =>
        DurableFile.Write(path, [.. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(body))), (byte)'\n', .. body]);

    /// <summary>The body; absent when there is no such file. A damaged one is <paramref name="damaged"/> and absent.</summary>
    public static byte[]? Read(string path, long bytesMax, out bool damaged)
    {
        damaged = false;
        if (DurableFile.Read(path, bytesMax) is not { } bytes)
        {
            damaged = File.Exists(path);
            return null;
        }

        if (bytes.Length > DigestLetters && bytes[DigestLetters] == '\n')
        {
            var body = bytes[(DigestLetters + 1)..];
            if (Encoding.ASCII.GetString(bytes, 0, DigestLetters) == Convert.ToHexStringLower(SHA256.HashData(body)))
            {
                return body;
            }
        }

        damaged = true;
        return null;
    }
}
