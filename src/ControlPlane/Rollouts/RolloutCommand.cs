using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.ControlPlane.Rollouts;

/// <summary>What an operator asks of rollouts.</summary>
public sealed record RolloutCommand
{
    public required RolloutCommandKind Kind { get; init; }

    /// <summary>The rollout that is meant; another one running is a conflict.</summary>
    public long Number { get; init; }

    /// <summary>What a retry or a rollback rolls out.</summary>
    public WaitingBundle? Bundle { get; init; }

    /// <summary>Who asks.</summary>
    public required string By { get; init; }
}

/// <summary>The actions of <c>gg rollout</c> and <c>gg rollback</c>.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RolloutCommandKind>))]
public enum RolloutCommandKind
{
    Pause,
    Resume,
    Promote,
    Abort,
    Retry,
    Rollback,
}

/// <summary>A command on its way from the control plane that was asked to the one that leads, under the asker's lease.</summary>
public sealed record CommandEntry(RolloutCommand Command, CommandAnswer? Answer = null);

/// <param name="Problem">Why nothing was done; absent when it was.</param>
/// <param name="Number">The rollout it was done to, or that it began.</param>
public sealed record CommandAnswer(string? Problem, long Number);
