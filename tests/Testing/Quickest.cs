namespace GlobalGateway.Testing;

/// <summary>How long something takes on a machine that does much else, which only ever adds to it: the quickest of a few counts.</summary>
public static class Quickest
{
    private const int TimesMax = 4;

    /// <param name="enough">Measuring ends at the first that takes less.</param>
    public static async Task<TimeSpan> OfAsync(TimeSpan enough, Func<Task<TimeSpan>> measure)
    {
        var quickest = await measure();
        for (var times = 1; times < TimesMax && quickest >= enough; times++)
        {
            var took = await measure();
            quickest = took < quickest ? took : quickest;
        }

        return quickest;
    }
}
