using System.IO.Enumeration;

namespace GlobalGateway.EdgeNode.Tenancy;

/// <summary>Matches resource names against allow-list entries, in which <c>*</c> stands for any text.</summary>
public static class NamePatterns
{
    public static bool Matches(IReadOnlyList<string> patterns, string name)
    {
        foreach (var pattern in patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))
            {
                return true;
            }
        }

        return false;
    }
}
