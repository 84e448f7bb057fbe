using System.Text.RegularExpressions;

namespace GlobalGateway.Contracts.Loading;

/// <summary>Names with <c>*</c> for any letters, as allow-lists use them.</summary>
internal static partial class NamePatterns
{
    public static Form<string> Form { get; } = Forms.Matching(Shape(), "a name or a pattern such as embed-*");

    public static bool IsPattern(string text) => text.Contains('*', StringComparison.Ordinal);

    [GeneratedRegex(@"\A[a-z0-9*]([a-z0-9*-]{0,61}[a-z0-9*])?\z")]
    private static partial Regex Shape();
}
