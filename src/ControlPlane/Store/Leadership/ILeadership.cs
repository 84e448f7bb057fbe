namespace GlobalGateway.ControlPlane.Store.Leadership;

/// <summary>
/// One term as leader. Every write of a leader goes through here: it is applied only while the leader key is the one of this term (its
/// creation revision and its random value), because a restored store hands the same revisions out again.
/// </summary>
public interface ILeadership
{
    /// <summary>Cancelled at two thirds of the lease's time without a keep-alive, when the leader key is another's, or at the end of the process.</summary>
    CancellationToken Ended { get; }

    /// <param name="conditions">Usually <see cref="StoreCondition.ChangedAt"/> of every key that is written.</param>
    /// <returns>Whether the conditions held; false means that a key is not as it was read.</returns>
    /// <exception cref="LeadershipLostException">The term has ended; nothing was written.</exception>
    /// <exception cref="StoreUnavailableException">No answer: read again before anything else is written.</exception>
    Task<bool> CommitAsync(IReadOnlyList<StoreCondition> conditions, IReadOnlyList<StoreWrite> writes, CancellationToken cancel);
}

/// <summary>What only the leader does; run anew in each term, all of them side by side.</summary>
public interface ILeaderDuty
{
    /// <summary>Runs until the term ends. An exception ends the term, and is logged; another campaign follows.</summary>
    Task RunAsync(ILeadership term);
}

/// <summary>Another control plane leads, or may lead by now.</summary>
public sealed class LeadershipLostException(string why) : Exception($"leadership is lost: {why}");
