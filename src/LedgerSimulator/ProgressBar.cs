namespace GlobalGateway.LedgerSimulator;

/// <summary>Says on a terminal how far a run is.</summary>
internal static class ProgressBar
{
    private const int Width = 40;

    public static Action<long>? For(long histories)
    {
        if (Console.IsErrorRedirected)
        {
            return null;
        }

        var gate = new Lock();
        return done =>
        {
            lock (gate)
            {
                var filled = (int)(done * Width / Math.Max(histories, 1));
                Console.Error.Write($"\r{new string('█', filled)}{new string('░', Width - filled)} {done:N0} of {histories:N0} ");
                if (done >= histories)
                {
                    Console.Error.Write($"\r{new string(' ', Width + 40)}\r");
                }
            }
        };
    }
}
