namespace GlobalGateway.Contracts.Loading.Yaml;

/// <summary>A place in a file, both from 1.</summary>
internal readonly record struct Position(int Line, int Column);

/// <summary>A value of a YAML document and where it starts.</summary>
internal abstract record YamlNode(Position At);

/// <param name="Plain">Written without quotes, so that <c>null</c> and <c>~</c> mean nothing rather than their letters.</param>
internal sealed record YamlScalar(Position At, string Text, bool Plain) : YamlNode(At)
{
    public bool IsNull => Plain && Text is ("" or "~" or "null" or "Null" or "NULL");
}

internal sealed record YamlList(Position At, IReadOnlyList<YamlNode> Items) : YamlNode(At);

internal sealed record YamlMap(Position At, IReadOnlyList<YamlEntry> Entries) : YamlNode(At);

internal readonly record struct YamlEntry(YamlScalar Key, YamlNode Value);
