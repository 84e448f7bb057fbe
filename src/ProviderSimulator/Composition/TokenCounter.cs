namespace GlobalGateway.ProviderSimulator.Composition;

/// <summary>Token counts that depend on nothing but the text: about four characters each, as the vendors' rule of thumb says.</summary>
internal static class TokenCounter
{
    public const int PerMessage = 4;
    public const int PerImage = 85;

    public static int Of(string text) => (text.Length + 3) / 4;
}
