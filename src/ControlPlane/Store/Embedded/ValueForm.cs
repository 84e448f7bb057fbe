using System.Security.Cryptography;

namespace GlobalGateway.ControlPlane.Store.Embedded;

/// <summary>How a value stands in the journal and in memory: a letter, then the value itself or the hash that names its file.</summary>
internal static class ValueForm
{
    /// <summary>Values above this are files of their own.</summary>
    public const int InlineBytesMax = 16 * 1024;

    private const byte Inline = (byte)'=';
    private const byte Filed = (byte)'@';

    public static byte[] OfInline(byte[] value) => [Inline, .. value];

    public static byte[] OfFile(byte[] value) => [Filed, .. SHA256.HashData(value)];

    /// <summary>The name of the value's file; absent where the value is here.</summary>
    public static string? FileOf(byte[] form) => form[0] == Filed ? Convert.ToHexStringLower(form.AsSpan(1)) : null;

    public static byte[] InlineOf(byte[] form) => form[1..];
}
