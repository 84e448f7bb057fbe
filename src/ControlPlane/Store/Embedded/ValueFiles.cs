using System.Security.Cryptography;
using GlobalGateway.Contracts.Storage;

namespace GlobalGateway.ControlPlane.Store.Embedded;

/// <summary>Large values as files that never change, named by the SHA-256 of what is in them; kept while a key names them.</summary>
internal sealed class ValueFiles
{
    private readonly string _folder;
    private readonly Dictionary<string, int> _named = new(StringComparer.Ordinal);

    public ValueFiles(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        DurableFile.RemoveTemporary(folder);
    }

    public long Bytes => new DirectoryInfo(_folder).EnumerateFiles().Sum(file => file.Length);

    public void Write(string name, ReadOnlySpan<byte> value)
    {
        var path = Path.Combine(_folder, name);
        if (!File.Exists(path))
        {
            DurableFile.Write(path, value);
        }
    }

    /// <returns>Nothing when the file is gone: its key has another value by now.</returns>
    /// <exception cref="StoreException">The file is not what its name says.</exception>
    public byte[]? Read(string name)
    {
        var path = Path.Combine(_folder, name);
        try
        {
            var bytes = File.ReadAllBytes(path);
            return Convert.ToHexStringLower(SHA256.HashData(bytes)) == name
                ? bytes
                : throw new StoreException($"{path} is damaged; restore it, or start with an empty stateDirectory: edges keep what they serve");
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public void Name(string name) => _named[name] = _named.GetValueOrDefault(name) + 1;

    /// <summary>A key names it no longer; the last one takes the file with it.</summary>
    public void Forget(string name)
    {
        if (--_named[name] == 0)
        {
            _named.Remove(name);
            File.Delete(Path.Combine(_folder, name));
        }
    }

    /// <exception cref="StoreException">A file that a key names is missing.</exception>
    public void RemoveUnnamed()
    {
        var files = Directory.EnumerateFiles(_folder).Select(path => Path.GetFileName(path)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in files.Where(name => !_named.ContainsKey(name)))
        {
            File.Delete(Path.Combine(_folder, name));
        }

        if (_named.Keys.FirstOrDefault(name => !files.Contains(name)) is { } missing)
        {
            throw new StoreException(
                $"{Path.Combine(_folder, missing)} is missing; restore it, or start with an empty stateDirectory: edges keep what they serve");
        }
    }
}
