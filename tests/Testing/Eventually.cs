using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace GlobalGateway.Testing;

/// <summary>Waits for what other tasks and processes bring about, and says what did not come.</summary>
public static class Eventually
{
    /// <summary>Long enough for a busy machine: waiting ends as soon as the condition holds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    public static Task HoldsAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        HoldsAsync(() => Task.FromResult(condition()), () => Task.FromResult(what));

    public static Task HoldsAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        HoldsAsync(condition, () => Task.FromResult(what));

    /// <param name="otherwise">What is to be said when it does not come to hold.</param>
    /// <exception cref="TimeoutException">It did not.</exception>
    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<Task<string>> otherwise)
    {
        for (var begun = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(LookEvery))
        {
            if (Stopwatch.GetElapsedTime(begun) > Patience)
            {
                throw new TimeoutException($"not within {Patience.TotalSeconds} s: {await otherwise()}");
            }
        }
    }
}
