using GlobalGateway.LedgerSimulator.Processes;

namespace GlobalGateway.LedgerSimulator.Stores;

/// <summary>One request to a store that is on its way: the scheduler decides when it happens, and whether its answer arrives.</summary>
internal abstract class Io(SimProcess process, string name)
{
    public SimProcess Process { get; } = process;
    public string Name { get; } = name;

    public abstract void Complete(IoFate fate);
}

internal enum IoFate
{
    Answered,
    AnswerLost,
    RequestLost,
}

/// <param name="perform">The atomic effect at the store.</param>
/// <param name="failure">What the caller gets when no answer comes; null where it gets <paramref name="unanswered"/>.</param>
internal sealed class Io<T>(SimProcess process, string name, Func<T> perform, Func<Exception>? failure, T unanswered = default!) : Io(process, name)
{
    // Continuations run inside Complete: a history has one thread.
    private readonly TaskCompletionSource<T> _answer = new();

    public Task<T> Answer => _answer.Task;

    public override void Complete(IoFate fate)
    {
        var value = fate == IoFate.RequestLost ? unanswered : perform();
        if (!Process.Alive)
        {
            return;
        }

        if (fate == IoFate.Answered)
        {
            _answer.SetResult(value);
        }
        else if (failure is null)
        {
            _answer.SetResult(unanswered);
        }
        else
        {
            _answer.SetException(failure());
        }
    }
}
