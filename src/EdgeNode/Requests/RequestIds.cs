using System.Buffers.Binary;
using System.Security.Cryptography;

namespace GlobalGateway.EdgeNode.Requests;

/// <summary>Makes ULIDs: 48 bits of Unix milliseconds and 80 random bits in Crockford's base 32, so that ids sort by time.</summary>
public static class RequestIds
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string Next(TimeProvider clock) =>
        string.Create(26, clock.GetUtcNow().ToUnixTimeMilliseconds(), static (text, milliseconds) =>
        {
            Span<byte> random = stackalloc byte[16];
            RandomNumberGenerator.Fill(random);
            var high = BinaryPrimitives.ReadUInt64LittleEndian(random);
            var low = BinaryPrimitives.ReadUInt64LittleEndian(random[8..]);
            for (var i = 9; i >= 0; i--, milliseconds >>= 5)
            {
                text[i] = Alphabet[(int)(milliseconds & 31)];
            }

            for (var i = 10; i < 18; i++, high >>= 5)
            {
                text[i] = Alphabet[(int)(high & 31)];
            }

            for (var i = 18; i < 26; i++, low >>= 5)
            {
                text[i] = Alphabet[(int)(low & 31)];
            }
        });
}
