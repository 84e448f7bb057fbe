using System.Globalization;

namespace GlobalGateway.ControlPlane.Store;

/// <summary>Where everything is in the store of one fleet. What is under <see cref="State"/> is small and mirrored by every control plane.</summary>
public sealed class FleetKeys(string fleet)
{
    private readonly string _root = $"gg/{fleet}/";

    public string Fleet => fleet;

    public string Root => _root;

    public string State => _root + "state/";

    /// <summary>Who leads: a random value per campaign, under the leader's lease.</summary>
    public string Leader => State + "leader";

    /// <summary>Rewritten by the leader every two seconds, so that a silent watch is known for broken.</summary>
    public string Heartbeat => State + "heartbeat";

    /// <summary>When and how the fleet was founded; absent in an empty store, where nobody leads.</summary>
    public string Founding => State + "founding";

    /// <summary>The signed pointer of a cohort.</summary>
    public string Pointer(string cohort) => Pointers + cohort;

    public string Pointers => State + "pointers/";

    /// <summary>The rollout that runs, or the last one that ran.</summary>
    public string Rollout => State + "rollout";

    /// <summary>The newest commit that waits for the running rollout.</summary>
    public string Waiting => State + "waiting";

    /// <summary>How far the running stage is, by the leader's own clock.</summary>
    public string Progress => State + "progress";

    /// <summary>What an operator asks of the leader, under the lease of the control plane that was asked.</summary>
    public string Command(string id) => Commands + id;

    public string Commands => State + "commands/";

    public string Revision(long sequence) => Revisions + Number(sequence);

    public string Revisions => State + "revisions/";

    /// <summary>The signed list of revoked keys.</summary>
    public string Revocations => State + "revocations";

    /// <summary>A newer list than that, which an edge was found to hold; the leader takes it over.</summary>
    public string RevocationsHeld => State + "revocations-held";

    /// <summary>Requests to revoke keys that wait for another operator's approval.</summary>
    public string RevocationRequests => State + "revocation-requests/";

    /// <summary>What an edge at one control plane last said, under that control plane's lease.</summary>
    public string Report(string plane, string edge) => $"{Reports}{plane}/{edge}";

    /// <summary>The question that certain edges are to answer: whether the revision they serve works.</summary>
    public string Probe => State + "probe";

    public string Reports => State + "reports/";

    /// <summary>How the last look at the configuration's source ended.</summary>
    public string Source => State + "source";

    /// <summary>The commit that an admin lets through although it does not build on the one before.</summary>
    public string SourceApproval => State + "source-approval";

    /// <summary>Written by any control plane to make the leader look at its source at once.</summary>
    public string Nudge => State + "nudge";

    /// <summary>The answer that a mutation of the API got, under a lease of an hour.</summary>
    public string Idempotency(string digest) => _root + "idempotency/" + digest;

    /// <summary>API tokens, hashed.</summary>
    public string Token(string name) => Tokens + name;

    public string Tokens => State + "tokens/";

    public string Chunk(string digest) => Chunks + digest;

    public string Chunks => _root + "parts/chunks/";

    public string Manifest(string digest) => Manifests + digest;

    public string Manifests => _root + "parts/manifests/";

    /// <summary>A rollout that has ended.</summary>
    public string EndedRollout(long number) => EndedRollouts + Number(number);

    public string EndedRollouts => _root + "rollouts/";

    /// <summary>In the order of time; the random part keeps apart what happens in one millisecond.</summary>
    public string AuditEntry(DateTimeOffset at, string random) => $"{Audit}{Number(at.ToUnixTimeMilliseconds())}-{random}";

    public string Audit => _root + "audit/";

    private static string Number(long number) => number.ToString("D19", CultureInfo.InvariantCulture);
}
