namespace GlobalGateway.Cli.CommandLine;

/// <summary>Asks before something is done that cannot be undone.</summary>
internal static class Confirmation
{
    /// <summary>True when <c>--yes</c> was given or the person at the terminal says so; scripts must give <c>--yes</c>.</summary>
    public static bool Asked(bool yes)
    {
        if (yes)
        {
            return true;
        }

        if (Console.IsInputRedirected)
        {
            Console.Error.WriteLine("✗ nothing was done: nobody is there to ask. Add --yes.");
            return false;
        }

        Console.Write("Go on? [y/N] ");
        if (Console.ReadLine()?.Trim() is "y" or "Y" or "yes")
        {
            return true;
        }

        Console.WriteLine("nothing was done");
        return false;
    }
}
