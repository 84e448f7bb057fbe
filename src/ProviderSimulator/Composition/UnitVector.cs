namespace GlobalGateway.ProviderSimulator.Composition;

/// <summary>Draws embedding vectors of length one, the same for the same seed.</summary>
internal static class UnitVector
{
    // Fewer dimensions are the leading ones of the full vector, scaled back to length one: what the vendors document.
    public static float[] Draw(ulong seed, int full, int dimensions)
    {
        var vector = new float[Math.Min(full, dimensions)];
        var squares = 0.0;
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)(((Fingerprint.Next(ref seed) >> 11) * (2.0 / (1UL << 53))) - 1.0);
            squares += (double)vector[i] * vector[i];
        }
        var scale = 1 / Math.Sqrt(squares);
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)(vector[i] * scale);
        }
        return vector;
    }
}
