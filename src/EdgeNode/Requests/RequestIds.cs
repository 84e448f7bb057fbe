namespace GlobalGateway.EdgeNode.Requests;

/// <summary>Makes ULIDs: 48 bits of Unix milliseconds and 80 random bits in Crockford's base 32, so that ids sort by time.</summary>
public static class RequestIds
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string Next(TimeProvider clock) =>
        string.Create(26, clock.GetUtcNow().ToUnixTimeMilliseconds(), static (text, milliseconds) =>
        {
            // Ids must be distinct, not secret, so the fast generator serves.
            var high = (ulong)Random.Shared.NextInt64();
            var low = (ulong)Random.Shared.NextInt64();
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
