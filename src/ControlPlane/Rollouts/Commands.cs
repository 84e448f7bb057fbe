namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>What operators may ask, and when.</summary>
internal static class Commands
{
    public static void Obey(RolloutTurn turn)
    {
        if (turn.View.Command is not { } command)
        {
            return;
        }

        var problem = command.Kind is RolloutCommandKind.Retry or RolloutCommandKind.Rollback ? Begin(turn, command) : Change(turn, command);
        turn.Answer = new CommandAnswer(problem, problem is null ? turn.State.Current?.Number ?? command.Number : command.Number);
    }

    private static string? Change(RolloutTurn turn, RolloutCommand command)
    {
        if (turn.State.Running is not { } rollout || rollout.Number != command.Number)
        {
            return turn.State.Running is { } other
                ? $"rollout {command.Number} does not run; {other.Number} ({other.Bundle.Revision}) does"
                : $"rollout {command.Number} does not run, and no other does";
        }

        switch (command.Kind)
        {
            case RolloutCommandKind.Pause when rollout.Status == RolloutStatus.Paused:
                return "it is paused already";
            case RolloutCommandKind.Pause:
                turn.Set(rollout with { Status = RolloutStatus.Paused });
                turn.Tell("rollout.paused", command.By, rollout);
                return null;
            case RolloutCommandKind.Resume when rollout.Status == RolloutStatus.Running:
                return "it is not paused";
            case RolloutCommandKind.Resume:
                turn.Set(rollout with { Status = RolloutStatus.Running });
                turn.Tell("rollout.resumed", command.By, rollout);
                return null;
            case RolloutCommandKind.Promote when rollout.Status == RolloutStatus.Paused:
                return "it is paused; resume it first";
            case RolloutCommandKind.Promote when rollout.Running.Status != StageStatus.Runs:
                return "its stage has not begun: no edge is connected";
            case RolloutCommandKind.Promote when Progress.Failure(turn, rollout) is { } failure:
                return $"its stage fails: {failure}";
            case RolloutCommandKind.Promote:
                turn.Tell("rollout.promoted", command.By, rollout, Progress.Name(rollout.Running));
                Progress.Pass(turn, rollout, $"promoted by {command.By}");
                return null;
            case RolloutCommandKind.Abort:
                Endings.GoBack(turn, rollout, RolloutStatus.Aborted, $"aborted by {command.By}", command.By);
                return null;
            default:
                throw new ArgumentOutOfRangeException(nameof(command));
        }
    }

    private static string? Begin(RolloutTurn turn, RolloutCommand command)
    {
        if (command.Bundle is not { } wanted)
        {
            return "no revision is named";
        }

        if (turn.View.Refuses is { } refuses)
        {
            return refuses;
        }

        if (turn.State.Running is { } running)
        {
            if (!wanted.Supersede)
            {
                return $"rollout {running.Number} ({running.Bundle.Revision}) runs; abort it first, or let it end";
            }

            Endings.GoBack(turn, running, RolloutStatus.Superseded, $"replaced by {wanted.Bundle.Revision} ({command.By})", command.By);
        }

        if (turn.State.LastGood?.ContentHash == wanted.Bundle.ContentHash)
        {
            return $"{wanted.Bundle.Revision} is what is served";
        }

        if (wanted.Rollback && turn.State.LastGood is { } left)
        {
            Endings.Refuse(turn, left.ContentHash);
        }

        turn.Set(turn.State with { Refused = [.. turn.State.Refused.Where(hash => hash != wanted.Bundle.ContentHash)] });
        Beginnings.Begin(turn, wanted);
        return null;
    }
}
