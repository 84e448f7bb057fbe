using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>
/// What holds for the steps of every answer, so that whoever writes them need not ask: it starts once and has an id and a model,
/// calls have a name and an id of their own, nothing is said after it has finished, and it does not end before.
/// </summary>
internal sealed class StepOrder
{
    private const string UnknownModel = "unknown";

    private readonly HashSet<int> _calls = [];
    private readonly HashSet<string> _ids = [];
    private bool _started;
    private bool _finished;

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
            switch (step.Kind)
            {
                case StreamPartKind.Start when _started:
                case StreamPartKind.Finish when _finished:
                    steps.RemoveAt(i--);
                    break;
                case StreamPartKind.Start:
                    _started = true;
                    steps[i] = step with { Id = Given(step.Id) ?? Guid.NewGuid().ToString("N"), Name = Given(step.Name) ?? UnknownModel };
                    break;
                case StreamPartKind.Finish:
                    _finished = true;
                    steps[i] = step with { Stop = StopOf(step.Stop) };
                    break;
                case StreamPartKind.End when !_finished:
                    return false;
                case StreamPartKind.End or StreamPartKind.Usage:
                    break;
                case StreamPartKind.ToolStart when Given(step.Name) is null || !_calls.Add(step.Index):
                case StreamPartKind.ToolArguments when !_calls.Contains(step.Index):
                    return false;
                case StreamPartKind.ToolStart:
                    steps[i] = step with { Id = Given(step.Id) is { } id && _ids.Add(id) ? id : $"{Given(step.Id) ?? "call"}_{step.Index}" };
                    break;
            }

            if (_finished && step.Kind is not (StreamPartKind.Start or StreamPartKind.Finish or StreamPartKind.Usage or StreamPartKind.End))
            {
                return false;
            }
        }

        return true;
    }

    private StopKind StopOf(StopKind stop) => stop switch
    {
        StopKind.Stop when _calls.Count > 0 => StopKind.ToolCalls,
        StopKind.ToolCalls when _calls.Count == 0 => StopKind.Stop,
        _ => stop,
    };

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
