using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>
/// What holds for the steps of every answer, so that whoever writes them need not ask: it starts once and has an id and a model,
/// calls have a name and an id of their own, nothing is said of a candidate after it has finished, and it does not end before all have.
/// </summary>
internal sealed class StepOrder
{
    private const string UnknownModel = "unknown";

    private readonly HashSet<(int Candidate, int Index)> _calls = [];
    private readonly HashSet<string> _ids = [];
    private readonly HashSet<int> _begun = [0];
    private readonly HashSet<int> _finished = [];
    private bool _started;

    /// <summary>Puts right what can be put right; false where the provider's stream makes no sense.</summary>
    public bool Admit(List<StreamPart> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            if (!_started && steps[i].Kind != StreamPartKind.Start)
            {
                steps.Insert(i, new StreamPart(StreamPartKind.Start));
            }

            var step = steps[i];
            var finished = _finished.Contains(step.Candidate);
            switch (step.Kind)
            {
                case StreamPartKind.Start when _started:
                case StreamPartKind.Finish when finished:
                    steps.RemoveAt(i--);
                    break;
                case StreamPartKind.Start:
                    _started = true;
                    steps[i] = step with { Id = Given(step.Id) ?? Guid.NewGuid().ToString("N"), Name = Given(step.Name) ?? UnknownModel };
                    break;
                case StreamPartKind.Finish:
                    _begun.Add(step.Candidate);
                    _finished.Add(step.Candidate);
                    steps[i] = step with { Stop = StopOf(step) };
                    break;
                case StreamPartKind.End when !_begun.SetEquals(_finished):
                    return false;
                case StreamPartKind.End or StreamPartKind.Usage:
                    break;
                case StreamPartKind.ToolStart when Given(step.Name) is null || !_calls.Add((step.Candidate, step.Index)):
                case StreamPartKind.ToolArguments when !_calls.Contains((step.Candidate, step.Index)):
                    return false;
                case StreamPartKind.ToolStart:
                    steps[i] = step with { Id = Given(step.Id) is { } id && _ids.Add(id) ? id : $"{Given(step.Id) ?? "call"}_{step.Index}" };
                    break;
            }

            if (step.Kind is StreamPartKind.Start or StreamPartKind.Finish or StreamPartKind.Usage or StreamPartKind.End)
            {
                continue;
            }

            if (finished)
            {
                return false;
            }

            _begun.Add(step.Candidate);
        }

        return true;
    }

    private StopKind StopOf(in StreamPart finish) => finish.Stop switch
    {
        StopKind.Stop when HasCalls(finish.Candidate) => StopKind.ToolCalls,
        StopKind.ToolCalls when !HasCalls(finish.Candidate) => StopKind.Stop,
        var stop => stop,
    };

    private bool HasCalls(int candidate)
    {
        foreach (var call in _calls)
        {
            if (call.Candidate == candidate)
            {
                return true;
            }
        }

        return false;
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
