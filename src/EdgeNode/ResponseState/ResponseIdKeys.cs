using System.Security.Cryptography;
using System.Text;
using GlobalGateway.EdgeNode.Hosting;

namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>The keys that ids of responses are signed with: the first signs, all of them are believed, so that a key can be replaced.</summary>
public sealed class ResponseIdKeys
{
    /// <summary>Characters of the shortest key.</summary>
    public const int KeyLengthMin = 32;

    private const int FileBytesMax = 16 * 1024;

    private ResponseIdKeys(byte[][] all) => All = all;

    public byte[] Signing => All[0];

    public IReadOnlyList<byte[]> All { get; }

    /// <summary>One key per line of the file; without a file a random one, which no other edge knows and which ends with this process.</summary>
    /// <exception cref="EdgeOptionsException">The file is not usable.</exception>
    public static ResponseIdKeys Load(string? path)
    {
        if (path is null)
        {
            return new ResponseIdKeys([RandomNumberGenerator.GetBytes(KeyLengthMin)]);
        }

        string[] lines;
        try
        {
            var file = new FileInfo(path);
            lines = file.Length <= FileBytesMax ? File.ReadAllText(path).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeOptionsException($"edge.responseIdKeyFile: {e.Message}");
        }

        return lines.Length > 0 && lines.All(l => l.Length >= KeyLengthMin)
            ? new ResponseIdKeys([.. lines.Select(l => SHA256.HashData(Encoding.UTF8.GetBytes(l)))])
            : throw new EdgeOptionsException($"edge.responseIdKeyFile: {path} must hold a random key of at least {KeyLengthMin} characters per line");
    }
}
