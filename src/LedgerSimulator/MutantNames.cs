using System.Text.RegularExpressions;

namespace GlobalGateway.LedgerSimulator;

/// <summary>How mutants are named on the command line: <c>settle-dropped</c>.</summary>
public static partial class MutantNames
{
    public static IEnumerable<string> All => Enum.GetValues<Mutant>().Where(mutant => mutant != Mutant.None).Select(NameOf);

    public static string NameOf(Mutant mutant) => Capital().Replace(mutant.ToString(), "-$0").TrimStart('-').ToLowerInvariant();

    public static Mutant? Parse(string name)
    {
        foreach (var mutant in Enum.GetValues<Mutant>())
        {
            if (NameOf(mutant) == name)
            {
                return mutant;
            }
        }

        return null;
    }

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
