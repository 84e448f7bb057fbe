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
/// <param name="unanswered">What the caller gets when no answer comes; throws where that is an error.</param>
internal sealed class Io<T>(SimProcess process, string name, Func<T> perform, Func<T> unanswered) : Io(process, name)
{
    // Continuations run inside Complete: a history has one thread.
    private readonly TaskCompletionSource<T> _answer = new();

    public Task<T> Answer => _answer.Task;

    public override void Complete(IoFate fate)
    {
        T? value = default;
        if (fate != IoFate.RequestLost)
        {
            value = perform();
        }

        if (!Process.Alive)
        {
            return;
        }

        if (fate == IoFate.Answered)
        {
            _answer.SetResult(value!);
            return;
        }

        try
        {
            value = unanswered();
        }
        catch (Exception problem)
        {
            _answer.SetException(problem);
            return;
        }

        _answer.SetResult(value);
    }
}
