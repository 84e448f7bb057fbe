namespace GlobalGateway.EdgeNode.Translation;

/// <summary>
/// Signatures of thinking on their way through a client of another dialect than their provider's: marked with who made them,
/// so that they go back to no other.
/// </summary>
internal static class ForeignSignature
{
    private const string Prefix = "gg.";

    /// <summary>Marks a signature with its maker; one that is marked already stays as it is, since no provider's own begins so.</summary>
    public static string Mark(string provider, string signature) =>
        signature.StartsWith(Prefix, StringComparison.Ordinal) ? signature : $"{Prefix}{provider}.{signature}";

    /// <summary>The provider and its own signature, none when it is blank; unmarked ones are <paramref name="native"/>'s.</summary>
    public static (string Provider, string? Signature) Read(string? carried, string native)
    {
        if (carried is null || !carried.StartsWith(Prefix, StringComparison.Ordinal) || carried.IndexOf('.', Prefix.Length) is not (> 0 and var end))
        {
            return (native, string.IsNullOrEmpty(carried) ? null : carried);
        }

        return (carried[Prefix.Length..end], carried[(end + 1)..]);
    }
}
